# The connection, and requests with their answers.

$script:Connection = $null

<#
.SYNOPSIS
Says which Sterna and which tenant the other cmdlets talk to. Nothing is kept on disk.
#>
function Connect-Sterna {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [uri] $Url,
        [Parameter(Mandatory)] [string] $Tenant,
        [Parameter(Mandatory)] [securestring] $ApiKey
    )
    $script:Connection = @{
        Base = "$($Url.AbsoluteUri.TrimEnd('/'))/v1/tenants/$([uri]::EscapeDataString($Tenant))"
        Key  = [System.Net.NetworkCredential]::new('', $ApiKey).Password
    }
}

function Disconnect-Sterna {
    [CmdletBinding()]
    param()
    $script:Connection = $null
}

# Sends a request; a problem document of the API becomes a terminating error in the words of the API.
function Invoke-SternaApi {
    param([string] $Method, [string] $Path, $Body, [hashtable] $Form, [switch] $AsText)
    if ($null -eq $script:Connection) { throw 'Connect-Sterna has to be called first.' }
    $request = @{
        Method             = $Method
        Uri                = "$($script:Connection.Base)$Path"
        Headers            = @{ Authorization = "Bearer $($script:Connection.Key)" }
        SkipHttpErrorCheck = $true
        StatusCodeVariable = 'status'
    }
    if ($AsText) { $request.Headers.Accept = 'text/csv' }
    if ($null -ne $Form) { $request.Form = $Form }
    elseif ($null -ne $Body) {
        $request.Body = ConvertTo-Json -InputObject $Body -Depth 8 -Compress
        $request.ContentType = 'application/json; charset=utf-8'
    }
    $answer = Invoke-RestMethod @request
    if ($status -ge 400) { throw "$($answer.detail) Where: $($answer.where). Expected: $($answer.expected)" }
    $answer
}

# All items of a list, page by page; the size is a number or Unlimited.
function Get-SternaPage {
    param([string] $Path, [hashtable] $Query = @{}, [string] $ResultSize = '1000')
    $left = if ($ResultSize -eq 'Unlimited') { [int]::MaxValue } else { [int]$ResultSize }
    $cursor = $null
    do {
        $parts = @("limit=$([Math]::Min($left, 1000))")
        foreach ($name in $Query.Keys) {
            if (-not [string]::IsNullOrEmpty($Query[$name])) { $parts += "$name=$([uri]::EscapeDataString([string]$Query[$name]))" }
        }
        if ($null -ne $cursor) { $parts += "cursor=$([uri]::EscapeDataString($cursor))" }
        $page = Invoke-SternaApi -Method Get -Path "${Path}?$($parts -join '&')"
        $page.items | Select-Object -First $left
        $left -= @($page.items).Count
        $cursor = $page.nextCursor
    } while ($left -gt 0 -and $null -ne $cursor)
}

function Get-SternaPath {
    param([string] $Collection, [string] $Identity, [string] $Action)
    $path = "/$Collection/$([uri]::EscapeDataString($Identity))"
    if ($Action) { "$path/$Action" } else { $path }
}

# The parameters that were given, under the names of the API; unlimited is null, times are UTC unless they say otherwise.
function ConvertTo-SternaBody {
    param([hashtable] $Bound, [hashtable] $Names)
    $body = @{}
    foreach ($name in $Names.Keys) {
        if (-not $Bound.ContainsKey($name)) { continue }
        $value = $Bound[$name]
        if ($value -is [switch]) { $value = $value.IsPresent }
        elseif ($value -is [datetime]) {
            $moment = if ($value.Kind -eq [DateTimeKind]::Local) { $value.ToUniversalTime() } else { $value }
            $value = $moment.ToString("yyyy-MM-ddTHH:mm:ss'Z'", [cultureinfo]::InvariantCulture)
        }
        elseif ($value -is [timespan]) { $value = [long]$value.TotalMilliseconds }
        elseif ($value -is [string] -and $value -eq 'unlimited') { $value = $null }
        elseif ($name -like 'Max*' -or $name -like '*ItemLimit') { $value = [int]$value }
        $body[$Names[$name]] = $value
    }
    $body
}

# A copy of the parameters in which times without a zone are moved from the named one to UTC.
function ConvertTo-SternaUtc {
    param([hashtable] $Bound, [string] $TimeZone)
    $copy = @{} + $Bound
    if (-not $TimeZone) { return $copy }
    $zone = [System.TimeZoneInfo]::FindSystemTimeZoneById($TimeZone)
    foreach ($name in 'StartAfter', 'CompleteAfter') {
        if (-not $copy.ContainsKey($name) -or $copy[$name].Kind -ne [DateTimeKind]::Unspecified) { continue }
        $copy[$name] = [System.TimeZoneInfo]::ConvertTimeToUtc($copy[$name], $zone)
    }
    $copy
}

# A multipart form: the CSV as it is, so that the API reads its encoding, and the settings as fields.
function ConvertTo-SternaForm {
    param([byte[]] $CSVData, [hashtable] $Body)
    $file = [System.IO.FileInfo][System.IO.Path]::GetTempFileName()
    [System.IO.File]::WriteAllBytes($file.FullName, $CSVData)
    $form = @{ csv = $file }
    foreach ($name in $Body.Keys) {
        if ($null -eq $Body[$name]) { continue }
        $form[$name] = if ($Body[$name] -is [bool]) { "$($Body[$name])".ToLowerInvariant() } else { $Body[$name] }
    }
    $form
}
