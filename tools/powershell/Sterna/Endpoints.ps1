# Migration endpoints.

# How an endpoint logs in by OAuth; secrets are read from files or STERNA_SOURCE_CLIENT_SECRET. Null is by password.
function ConvertTo-SternaOAuth {
    param([hashtable] $Bound)
    if ($Bound.Authentication -ne 'OAuth') { return $null }
    $names = @{
        OAuthProvider = 'provider'; OAuthMechanism = 'mechanism'; OAuthScope = 'scope'
        EntraTenantId = 'entraTenantId'; AuthorityUrl = 'authorityUrl'; TokenUrl = 'tokenUrl'; ClientId = 'clientId'
    }
    $oauth = ConvertTo-SternaBody -Bound $Bound -Names $names
    if ($Bound.ContainsKey('ServiceAccountKey')) {
        $oauth.serviceAccountKey = Get-Content -LiteralPath $Bound.ServiceAccountKey -Raw
    }
    if ($Bound.ContainsKey('ClientSecretFile')) {
        $oauth.clientSecret = (Get-Content -LiteralPath $Bound.ClientSecretFile -Raw).Trim()
    }
    elseif ($oauth.provider -ne 'google' -and $env:STERNA_SOURCE_CLIENT_SECRET) {
        $oauth.clientSecret = $env:STERNA_SOURCE_CLIENT_SECRET
    }
    $oauth
}

# The settings of an endpoint that were given; files are read here.
function ConvertTo-SternaEndpoint {
    param([hashtable] $Bound)
    $names = @{
        RemoteServer = 'remoteServer'; Port = 'port'; Security = 'security'
        AcceptUntrustedCertificates = 'acceptUntrustedCertificates'; SkipVerification = 'skipVerification'
        CertificateFingerprint = 'certificateFingerprint'; MinimumTlsVersion = 'minimumTlsVersion'
        UserNameFormat = 'userNameFormat'; UserNameSeparator = 'userNameSeparator'
        AuthorizationIdentity = 'authorizationIdentity'; PasswordSource = 'passwordSource'
        MaxConcurrentMigrations = 'maxConcurrentMigrations'
        MaxConcurrentIncrementalSyncs = 'maxConcurrentIncrementalSyncs'
        CopyPerLabel = 'copyPerLabel'; FolderMapping = 'folderMapping'
    }
    $body = ConvertTo-SternaBody -Bound $Bound -Names $names
    if ($Bound.CaCertificate) { $body.caCertificate = Get-Content -LiteralPath $Bound.CaCertificate -Raw }
    if ($Bound.Authentication) { $body.oauth = ConvertTo-SternaOAuth -Bound $Bound }
    $body
}

# The login that a test tries; the password is in a file or in STERNA_SOURCE_PASSWORD.
function ConvertTo-SternaLogin {
    param([hashtable] $Bound)
    $login = ConvertTo-SternaBody -Bound $Bound -Names @{ UserName = 'userName'; EmailAddress = 'emailAddress' }
    $password = $env:STERNA_SOURCE_PASSWORD
    if ($Bound.PasswordFile) {
        $password = (Get-Content -LiteralPath $Bound.PasswordFile -Raw) -replace '\r?\n$', ''
    }
    if ($password) { $login.password = $password }
    $login
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
        [string] $CertificateFingerprint,
        [ValidateSet('TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3')] [string] $MinimumTlsVersion,
        [string] $Authentication,
        [string] $CaCertificate,
        [string] $UserName,
        [string] $PasswordFile,
        [string] $EmailAddress,
        [string] $Endpoint
    )
    $names = @{
        RemoteServer = 'remoteServer'; Port = 'port'; Security = 'security'; Endpoint = 'endpoint'
        AcceptUntrustedCertificates = 'acceptUntrustedCertificates'
        CertificateFingerprint = 'certificateFingerprint'; MinimumTlsVersion = 'minimumTlsVersion'
    }
    $body = ConvertTo-SternaBody -Bound $PSBoundParameters -Names $names
    if ($CaCertificate) { $body.caCertificate = Get-Content -LiteralPath $CaCertificate -Raw }
    if ($UserName) { $body.credentials = ConvertTo-SternaLogin -Bound $PSBoundParameters }
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
        [string] $CertificateFingerprint,
        [ValidateSet('TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3')] [string] $MinimumTlsVersion,
        [string] $CaCertificate,
        [ValidateSet('auto', 'plain', 'dovecot', 'exchange', 'mirapoint')] [string] $UserNameFormat,
        [string] $UserNameSeparator,
        [switch] $AuthorizationIdentity,
        [string] $Authentication,
        [ValidateSet('google', 'microsoft', 'refreshToken')] [string] $OAuthProvider,
        [ValidateSet('auto', 'XOAUTH2', 'OAUTHBEARER')] [string] $OAuthMechanism,
        [string] $OAuthScope,
        [string] $ServiceAccountKey,
        [string] $EntraTenantId,
        [string] $AuthorityUrl,
        [string] $TokenUrl,
        [string] $ClientId,
        [string] $ClientSecretFile,
        [ValidateSet('csv', 'external')] [string] $PasswordSource,
        [string] $MaxConcurrentMigrations,
        [string] $MaxConcurrentIncrementalSyncs,
        [switch] $CopyPerLabel,
        [hashtable] $FolderMapping,
        [switch] $SkipVerification
    )
    if (-not $PSCmdlet.ShouldProcess($Name)) { return }
    $body = ConvertTo-SternaEndpoint -Bound $PSBoundParameters
    $body.name = $Name
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
        [string] $CertificateFingerprint,
        [ValidateSet('TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3')] [string] $MinimumTlsVersion,
        [string] $CaCertificate,
        [ValidateSet('auto', 'plain', 'dovecot', 'exchange', 'mirapoint')] [string] $UserNameFormat,
        [string] $UserNameSeparator,
        [bool] $AuthorizationIdentity,
        [string] $Authentication,
        [ValidateSet('google', 'microsoft', 'refreshToken')] [string] $OAuthProvider,
        [ValidateSet('auto', 'XOAUTH2', 'OAUTHBEARER')] [string] $OAuthMechanism,
        [string] $OAuthScope,
        [string] $ServiceAccountKey,
        [string] $EntraTenantId,
        [string] $AuthorityUrl,
        [string] $TokenUrl,
        [string] $ClientId,
        [string] $ClientSecretFile,
        [ValidateSet('csv', 'external')] [string] $PasswordSource,
        [string] $MaxConcurrentMigrations,
        [string] $MaxConcurrentIncrementalSyncs,
        [bool] $CopyPerLabel,
        [hashtable] $FolderMapping,
        [switch] $SkipVerification
    )
    process {
        if (-not $PSCmdlet.ShouldProcess($Identity)) { return }
        $body = ConvertTo-SternaEndpoint -Bound $PSBoundParameters
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
