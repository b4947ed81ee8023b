# The cmdlets of Microsoft's IMAP migration over Sterna's REST API. An existing script needs another Connect- line:
#   Connect-Sterna -Url https://sterna.contoso.com -Tenant contoso -ApiKey (Get-Secret SternaKey)
Set-StrictMode -Version 3.0

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

# All items of a list, page by page.
function Get-SternaPage {
    param([string] $Path, [hashtable] $Query = @{}, [int] $ResultSize = 1000)
    $left = $ResultSize
    $cursor = $null
    do {
        $parts = @("limit=$([Math]::Min($left, 1000))")
        foreach ($name in $Query.Keys) {
            if ($null -ne $Query[$name]) { $parts += "$name=$([uri]::EscapeDataString([string]$Query[$name]))" }
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

function ConvertTo-SternaMoment {
    param($Text)
    if ($null -eq $Text) { return $null }
    ([datetime]$Text).ToUniversalTime()
}

function ConvertTo-SternaLimit {
    param($Value)
    if ($null -eq $Value) { 'Unlimited' } else { $Value }
}

filter ConvertTo-MigrationEndpoint {
    [PSCustomObject]@{
        PSTypeName                    = 'Sterna.MigrationEndpoint'
        Identity                      = $_.name
        EndpointType                  = $_.type
        RemoteServer                  = $_.remoteServer
        Port                          = $_.port
        Security                      = $_.security
        AcceptUntrustedCertificates   = $_.acceptUntrustedCertificates
        MaxConcurrentMigrations       = ConvertTo-SternaLimit $_.maxConcurrentMigrations
        MaxConcurrentIncrementalSyncs = ConvertTo-SternaLimit $_.maxConcurrentIncrementalSyncs
        Guid                          = $_.endpointId
        CreationTime                  = ConvertTo-SternaMoment $_.createdAt
    }
}

filter ConvertTo-MigrationBatch {
    [PSCustomObject]@{
        PSTypeName           = 'Sterna.MigrationBatch'
        Identity             = $_.name
        BatchGuid            = $_.batchId
        Status               = $_.status
        State                = $_.status
        Type                 = 'IMAP'
        MigrationType        = 'IMAP'
        BatchDirection       = 'Onboarding'
        TotalCount           = $_.totalCount
        ActiveCount          = $_.users.active
        SyncedCount          = $_.users.synced
        FinalizedCount       = $_.users.completed
        FailedCount          = $_.users.failed
        StoppedCount         = $_.users.stopped
        PercentageComplete   = $_.percentageComplete
        DataConsistencyScore = $_.dataConsistencyScore
        SourceEndpoint       = $_.sourceEndpoint
        CreatedBy            = $_.createdBy
        CreationDateTime     = ConvertTo-SternaMoment $_.createdAt
        StartDateTime        = ConvertTo-SternaMoment $_.startedAt
        LastSyncedDateTime   = ConvertTo-SternaMoment $_.lastSyncedAt
        StartAfter           = ConvertTo-SternaMoment $_.startAfter
        StartAfterUTC        = ConvertTo-SternaMoment $_.startAfter
        CompleteAfter        = ConvertTo-SternaMoment $_.completeAfter
        CompleteAfterUTC     = ConvertTo-SternaMoment $_.completeAfter
        ExcludeFolders       = $_.excludeFolders
        IncludeFolders       = $_.includeFolders
        ContentFilter        = $_.contentFilter
        BadItemLimit         = ConvertTo-SternaLimit $_.badItemLimit
        LargeItemLimit       = ConvertTo-SternaLimit $_.largeItemLimit
        TargetDeliveryDomain = $_.targetDeliveryDomain
        NotificationEmails   = $_.notificationEmails
        ReportInterval       = [timespan]::FromMilliseconds($_.reportIntervalMs)
        SkipReports          = $_.skipReports
        ValidationWarnings   = $_.rowErrors
        Tally                = $_.tally
        Report               = $null
    }
}

filter ConvertTo-MigrationUser {
    [PSCustomObject]@{
        PSTypeName                = 'Sterna.MigrationUser'
        Identity                  = $_.emailAddress
        Guid                      = $_.userId
        BatchId                   = $_.batchName
        RecipientType             = 'Mailbox'
        Status                    = $_.status
        StatusSummary             = $_.statusSummary
        SyncedItemCount           = $_.tally.migrated + $_.tally.alreadyThere
        SkippedItemCount          = $_.tally.filtered + $_.tally.skipped + $_.tally.failed + $_.tally.vanished
        PercentageComplete        = $_.percentageComplete
        DataConsistencyScore      = $_.dataConsistencyScore
        HasUnapprovedSkippedItems = $_.hasUnapprovedSkippedItems
        LastSuccessfulSyncTime    = ConvertTo-SternaMoment $_.lastSuccessfulSyncAt
        ErrorSummary              = if ($null -eq $_.error) { '' } else { "$($_.error.code): $($_.error.message)" }
        Tally                     = $_.tally
    }
}

filter ConvertTo-SkippedItem {
    [PSCustomObject]@{
        PSTypeName             = 'Sterna.SkippedItem'
        Kind                   = $_.kind
        Folder                 = $_.folder
        Subject                = $_.subject
        Sender                 = $_.sender
        DateSent               = ConvertTo-SternaMoment $_.sentAt
        DateReceived           = ConvertTo-SternaMoment $_.receivedAt
        ScoringClassifications = $_.reason
        Explanation            = $_.explanation
    }
}

<#
.SYNOPSIS
Tests the connection to an IMAP server, step by step.
#>
function Test-MigrationServerAvailability {
    [CmdletBinding()]
    param(
        [switch] $IMAP,
        [string] $RemoteServer,
        [int] $Port,
        [ValidateSet('None', 'Ssl', 'Tls')] [string] $Security,
        [switch] $AcceptUntrustedCertificates,
        [string] $Authentication,
        [string] $Endpoint
    )
    $names = @{
        RemoteServer = 'remoteServer'; Port = 'port'; Security = 'security'; Endpoint = 'endpoint'
        AcceptUntrustedCertificates = 'acceptUntrustedCertificates'
    }
    $body = ConvertTo-SternaBody -Bound $PSBoundParameters -Names $names
    $report = Invoke-SternaApi -Method Post -Path '/server-availability' -Body $body
    $failed = @($report.steps | Where-Object { -not $_.ok })
    [PSCustomObject]@{
        Result      = if ($report.ok) { 'Success' } else { 'Failed' }
        Message     = ($failed | ForEach-Object { "$($_.step): $($_.detail) $($_.advice)" }) -join "`n"
        Steps       = $report.steps
        Tls         = $report.tls
        LoginMethods = $report.loginMethods
    }
}

function New-MigrationEndpoint {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [switch] $IMAP,
        [Parameter(Mandatory, Position = 0)] [string] $Name,
        [Parameter(Mandatory)] [string] $RemoteServer,
        [int] $Port,
        [ValidateSet('None', 'Ssl', 'Tls')] [string] $Security,
        [switch] $AcceptUntrustedCertificates,
        [string] $Authentication,
        [string] $MaxConcurrentMigrations,
        [string] $MaxConcurrentIncrementalSyncs,
        [switch] $SkipVerification
    )
    $names = @{
        Name = 'name'; RemoteServer = 'remoteServer'; Port = 'port'; Security = 'security'
        AcceptUntrustedCertificates = 'acceptUntrustedCertificates'; SkipVerification = 'skipVerification'
        MaxConcurrentMigrations = 'maxConcurrentMigrations'
        MaxConcurrentIncrementalSyncs = 'maxConcurrentIncrementalSyncs'
    }
    if (-not $PSCmdlet.ShouldProcess($Name)) { return }
    $body = ConvertTo-SternaBody -Bound $PSBoundParameters -Names $names
    Invoke-SternaApi -Method Post -Path '/endpoints' -Body $body | ConvertTo-MigrationEndpoint
}

function Get-MigrationEndpoint {
    [CmdletBinding()]
    param([Parameter(Position = 0)] [string] $Identity, [string] $Type, [string] $DiagnosticInfo)
    if ($Identity) {
        Invoke-SternaApi -Method Get -Path (Get-SternaPath endpoints $Identity) | ConvertTo-MigrationEndpoint
        return
    }
    if ($Type -and $Type -ne 'IMAP') { return }
    (Invoke-SternaApi -Method Get -Path '/endpoints').items | ConvertTo-MigrationEndpoint
}

function Set-MigrationEndpoint {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [string] $Identity,
        [string] $RemoteServer,
        [int] $Port,
        [ValidateSet('None', 'Ssl', 'Tls')] [string] $Security,
        [bool] $AcceptUntrustedCertificates,
        [string] $Authentication,
        [string] $MaxConcurrentMigrations,
        [string] $MaxConcurrentIncrementalSyncs,
        [switch] $SkipVerification
    )
    process {
        $names = @{
            RemoteServer = 'remoteServer'; Port = 'port'; Security = 'security'
            AcceptUntrustedCertificates = 'acceptUntrustedCertificates'; SkipVerification = 'skipVerification'
            MaxConcurrentMigrations = 'maxConcurrentMigrations'
            MaxConcurrentIncrementalSyncs = 'maxConcurrentIncrementalSyncs'
        }
        if (-not $PSCmdlet.ShouldProcess($Identity)) { return }
        $body = ConvertTo-SternaBody -Bound $PSBoundParameters -Names $names
        Invoke-SternaApi -Method Patch -Path (Get-SternaPath endpoints $Identity) -Body $body | ConvertTo-MigrationEndpoint
    }
}

function Remove-MigrationEndpoint {
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param([Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [string] $Identity)
    process {
        if (-not $PSCmdlet.ShouldProcess($Identity)) { return }
        Invoke-SternaApi -Method Delete -Path (Get-SternaPath endpoints $Identity) | Out-Null
    }
}

<#
.SYNOPSIS
Makes a batch of the rows of a CSV. -WhatIf has the API check everything and makes nothing.
#>
function New-MigrationBatch {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Name,
        [Parameter(Mandatory)] [byte[]] $CSVData,
        [Parameter(Mandatory)] [string] $SourceEndpoint,
        [switch] $AutoStart,
        [switch] $AutoComplete,
        [bool] $AllowUnknownColumnsInCsv,
        [string[]] $ExcludeFolders,
        [string[]] $IncludeFolders,
        [string] $ContentFilter,
        [string] $BadItemLimit,
        [string] $LargeItemLimit,
        [string] $TargetDeliveryDomain,
        [datetime] $StartAfter,
        [datetime] $CompleteAfter,
        [string] $TimeZone,
        [string[]] $NotificationEmails,
        [timespan] $ReportInterval,
        [switch] $SkipReports,
        [switch] $SkipDetails
    )
    $names = @{
        Name = 'name'; SourceEndpoint = 'sourceEndpoint'; AutoStart = 'autoStart'; AutoComplete = 'autoComplete'
        AllowUnknownColumnsInCsv = 'allowUnknownColumnsInCsv'; ExcludeFolders = 'excludeFolders'
        IncludeFolders = 'includeFolders'; ContentFilter = 'contentFilter'; BadItemLimit = 'badItemLimit'
        LargeItemLimit = 'largeItemLimit'; TargetDeliveryDomain = 'targetDeliveryDomain'; StartAfter = 'startAfter'
        CompleteAfter = 'completeAfter'; TimeZone = 'timeZone'; NotificationEmails = 'notificationEmails'
        ReportInterval = 'reportIntervalMs'; SkipReports = 'skipReports'; SkipDetails = 'skipDetails'
    }
    $bound = ConvertTo-SternaUtc -Bound $PSBoundParameters -TimeZone $TimeZone
    $body = ConvertTo-SternaBody -Bound $bound -Names $names
    $form = ConvertTo-SternaForm -CSVData $CSVData -Body $body
    try {
        if (-not $PSCmdlet.ShouldProcess($Name)) {
            Invoke-SternaApi -Method Post -Path '/batches/validate' -Form $form
            return
        }
        Invoke-SternaApi -Method Post -Path '/batches' -Form $form | ConvertTo-MigrationBatch
    }
    finally { Remove-Item -LiteralPath $form.csv.FullName -WhatIf:$false -Confirm:$false }
}

function Get-MigrationBatch {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)] [string] $Identity,
        [string] $Status,
        [string] $Endpoint,
        [switch] $IncludeReport,
        [string] $DiagnosticInfo,
        [int] $ResultSize = 1000
    )
    process {
        if (-not $Identity) {
            Get-SternaPage -Path '/batches' -Query @{ status = $Status; endpoint = $Endpoint } -ResultSize $ResultSize |
                ConvertTo-MigrationBatch
            return
        }
        $batch = Invoke-SternaApi -Method Get -Path (Get-SternaPath batches $Identity) | ConvertTo-MigrationBatch
        if ($IncludeReport) {
            $batch.Report = Invoke-SternaApi -Method Get -Path (Get-SternaPath batches $Identity report)
        }
        $batch
    }
}

function Set-MigrationBatch {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [string] $Identity,
        [switch] $AddUsers,
        [byte[]] $CSVData,
        [bool] $AllowUnknownColumnsInCsv,
        [switch] $ApproveSkippedItems,
        [string] $BadItemLimit,
        [string] $LargeItemLimit,
        [datetime] $StartAfter,
        [datetime] $CompleteAfter,
        [string] $TimeZone,
        [string[]] $NotificationEmails,
        [timespan] $ReportInterval,
        [bool] $SkipReports,
        [switch] $SyncNow,
        [switch] $Update
    )
    process {
        if (-not $PSCmdlet.ShouldProcess($Identity)) { return }
        if ($null -ne $CSVData) {
            $form = ConvertTo-SternaForm -CSVData $CSVData -Body @{ allowUnknownColumnsInCsv = $AllowUnknownColumnsInCsv }
            try { Invoke-SternaApi -Method Post -Path (Get-SternaPath batches $Identity users) -Form $form | Out-Null }
            finally { Remove-Item -LiteralPath $form.csv.FullName }
        }
        $names = @{
            ApproveSkippedItems = 'approveSkippedItems'; BadItemLimit = 'badItemLimit'; LargeItemLimit = 'largeItemLimit'
            StartAfter = 'startAfter'; CompleteAfter = 'completeAfter'; NotificationEmails = 'notificationEmails'
            ReportInterval = 'reportIntervalMs'; SkipReports = 'skipReports'
        }
        $bound = ConvertTo-SternaUtc -Bound $PSBoundParameters -TimeZone $TimeZone
        $body = ConvertTo-SternaBody -Bound $bound -Names $names
        if ($body.Count -gt 0) {
            Invoke-SternaApi -Method Patch -Path (Get-SternaPath batches $Identity) -Body $body | Out-Null
        }
        if ($SyncNow) { Invoke-SternaApi -Method Post -Path (Get-SternaPath batches $Identity sync) | Out-Null }
    }
}

function Start-MigrationBatch {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [string] $Identity)
    process {
        if (-not $PSCmdlet.ShouldProcess($Identity)) { return }
        Invoke-SternaApi -Method Post -Path (Get-SternaPath batches $Identity start) | Out-Null
    }
}

function Stop-MigrationBatch {
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param([Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [string] $Identity)
    process {
        if (-not $PSCmdlet.ShouldProcess($Identity)) { return }
        Invoke-SternaApi -Method Post -Path (Get-SternaPath batches $Identity stop) | Out-Null
    }
}

function Complete-MigrationBatch {
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [string] $Identity,
        [string[]] $NotificationEmails,
        [switch] $SyncAndComplete
    )
    process {
        if (-not $PSCmdlet.ShouldProcess($Identity)) { return }
        $body = @{ syncAndComplete = $SyncAndComplete.IsPresent }
        Invoke-SternaApi -Method Post -Path (Get-SternaPath batches $Identity complete) -Body $body | Out-Null
    }
}

function Remove-MigrationBatch {
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [string] $Identity,
        [switch] $Force
    )
    process {
        if (-not $PSCmdlet.ShouldProcess($Identity)) { return }
        Invoke-SternaApi -Method Delete -Path (Get-SternaPath batches $Identity) | Out-Null
    }
}

function Get-MigrationUser {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)] [Alias('EmailAddress', 'MailboxGuid')] [string] $Identity,
        [string] $BatchId,
        [string] $Status,
        [string] $StatusSummary,
        [int] $ResultSize = 1000
    )
    process {
        if ($Identity) {
            Invoke-SternaApi -Method Get -Path (Get-SternaPath users $Identity) | ConvertTo-MigrationUser
            return
        }
        $query = @{ batch = $BatchId; status = $Status; statusSummary = $StatusSummary }
        Get-SternaPage -Path '/users' -Query $query -ResultSize $ResultSize | ConvertTo-MigrationUser
    }
}

function Get-MigrationUserStatistics {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [string] $Identity,
        [switch] $IncludeReport,
        [switch] $IncludeSkippedItems,
        [int] $LimitSkippedItemsTo = [int]::MaxValue,
        [switch] $SkipSubscription,
        [string] $DiagnosticInfo
    )
    process {
        $found = Invoke-SternaApi -Method Get -Path (Get-SternaPath users $Identity)
        $user = $found | ConvertTo-MigrationUser
        $tally = $found.tally
        $more = [ordered]@{
            Identifier                     = $user.Identity
            Error                          = $user.ErrorSummary
            TotalItemsInSourceMailboxCount = $tally.found
            EstimatedTotalTransferCount    = $tally.found - $tally.filtered - $tally.vanished
            BytesTransferred               = $found.bytesMigrated
            QueuedDuration                 = [timespan]::FromSeconds($found.durations.queued)
            InProgressDuration             = [timespan]::FromSeconds($found.durations.inProgress)
            SyncedDuration                 = [timespan]::FromSeconds($found.durations.synced)
            Folders                        = $found.folders
            SkippedItems                   = @()
            Report                         = $null
        }
        if ($IncludeSkippedItems) {
            $missed = Get-SternaPage -Path (Get-SternaPath users $Identity missed) -ResultSize $LimitSkippedItemsTo
            $more.SkippedItems = @($missed | ConvertTo-SkippedItem)
        }
        if ($IncludeReport) {
            $more.Report = [PSCustomObject]@{ StatusHistory = $found.statusHistory; Passes = $found.passes }
        }
        $user | Add-Member -NotePropertyMembers $more -PassThru
    }
}

function Set-MigrationUser {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [string] $Identity,
        [datetime] $StartAfter,
        [datetime] $CompleteAfter,
        [switch] $ApproveSkippedItems,
        [switch] $SyncNow
    )
    process {
        if (-not $PSCmdlet.ShouldProcess($Identity)) { return }
        $names = @{ StartAfter = 'startAfter'; CompleteAfter = 'completeAfter'; ApproveSkippedItems = 'approveSkippedItems' }
        $body = ConvertTo-SternaBody -Bound $PSBoundParameters -Names $names
        if ($body.Count -gt 0) {
            Invoke-SternaApi -Method Patch -Path (Get-SternaPath users $Identity) -Body $body | Out-Null
        }
        if ($SyncNow) { Invoke-SternaApi -Method Post -Path (Get-SternaPath users $Identity sync) | Out-Null }
    }
}

function Start-MigrationUser {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [string] $Identity)
    process {
        if (-not $PSCmdlet.ShouldProcess($Identity)) { return }
        Invoke-SternaApi -Method Post -Path (Get-SternaPath users $Identity start) | Out-Null
    }
}

function Stop-MigrationUser {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [string] $Identity)
    process {
        if (-not $PSCmdlet.ShouldProcess($Identity)) { return }
        Invoke-SternaApi -Method Post -Path (Get-SternaPath users $Identity stop) | Out-Null
    }
}

function Remove-MigrationUser {
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [string] $Identity,
        [switch] $Force
    )
    process {
        if (-not $PSCmdlet.ShouldProcess($Identity)) { return }
        Invoke-SternaApi -Method Delete -Path (Get-SternaPath users $Identity) | Out-Null
    }
}

function Get-MigrationStatistics {
    [CmdletBinding()]
    param([string] $DiagnosticInfo)
    $found = Invoke-SternaApi -Method Get -Path '/statistics'
    [PSCustomObject]@{
        PSTypeName     = 'Sterna.MigrationStatistics'
        MigrationType  = 'IMAP'
        BatchCount     = $found.batches
        TotalCount     = $found.users.total
        ActiveCount    = $found.users.active
        SyncedCount    = $found.users.synced
        FinalizedCount = $found.users.completed
        FailedCount    = $found.users.failed
        StoppedCount   = $found.users.stopped
        BatchStatuses  = $found.batchStatuses
        UserStatuses   = $found.userStatuses
    }
}

function Get-MigrationReport {
    [CmdletBinding()]
    param([Parameter(Position = 0)] [string] $Identity, [string] $Final)
    if ($Final) { Invoke-SternaApi -Method Get -Path (Get-SternaPath reports $Final) }
    else { Invoke-SternaApi -Method Get -Path (Get-SternaPath batches $Identity report) }
}

function Export-MigrationReport {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Position = 0)] [string] $Identity,
        [Parameter(Mandatory)] [string] $CsvFileName,
        [string] $Final
    )
    if (-not $PSCmdlet.ShouldProcess($CsvFileName)) { return }
    $path = if ($Final) { Get-SternaPath reports $Final } else { Get-SternaPath batches $Identity report }
    Invoke-SternaApi -Method Get -Path $path -AsText | Set-Content -LiteralPath $CsvFileName -Encoding utf8BOM -NoNewline
}

function Get-MigrationConfig {
    [CmdletBinding()]
    param()
    $found = Invoke-SternaApi -Method Get -Path '/config'
    [PSCustomObject]@{
        PSTypeName               = 'Sterna.MigrationConfig'
        MaxNumberOfBatches       = ConvertTo-SternaLimit $found.maxNumberOfBatches
        MaxConcurrentMigrations  = ConvertTo-SternaLimit $found.maxConcurrentMigrations
        Features                 = 'MultiBatch, Endpoints'
        StopSyncedAfterDays      = $found.stopSyncedAfterDays
        RemoveStoppedAfterDays   = $found.removeStoppedAfterDays
        RemoveCompletedAfterDays = $found.removeCompletedAfterDays
    }
}

function Set-MigrationConfig {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [string] $MaxConcurrentMigrations,
        [string] $MaxNumberOfBatches,
        [int] $StopSyncedAfterDays,
        [int] $RemoveStoppedAfterDays,
        [int] $RemoveCompletedAfterDays
    )
    $names = @{
        MaxConcurrentMigrations = 'maxConcurrentMigrations'; MaxNumberOfBatches = 'maxNumberOfBatches'
        StopSyncedAfterDays = 'stopSyncedAfterDays'; RemoveStoppedAfterDays = 'removeStoppedAfterDays'
        RemoveCompletedAfterDays = 'removeCompletedAfterDays'
    }
    if (-not $PSCmdlet.ShouldProcess('MigrationConfig')) { return }
    $body = ConvertTo-SternaBody -Bound $PSBoundParameters -Names $names
    Invoke-SternaApi -Method Patch -Path '/config' -Body $body | Out-Null
}

Export-ModuleMember -Function @('Connect-Sterna', 'Disconnect-Sterna', '*-Migration*')
