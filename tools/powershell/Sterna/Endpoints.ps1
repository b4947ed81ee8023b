# Migration endpoints.

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
        [string] $Endpoint
    )
    $names = @{
        RemoteServer = 'remoteServer'; Port = 'port'; Security = 'security'; Endpoint = 'endpoint'
        AcceptUntrustedCertificates = 'acceptUntrustedCertificates'
        CertificateFingerprint = 'certificateFingerprint'; MinimumTlsVersion = 'minimumTlsVersion'
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
        [string] $CertificateFingerprint,
        [ValidateSet('TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3')] [string] $MinimumTlsVersion,
        [string] $Authentication,
        [string] $MaxConcurrentMigrations,
        [string] $MaxConcurrentIncrementalSyncs,
        [switch] $CopyPerLabel,
        [switch] $SkipVerification
    )
    $names = @{
        Name = 'name'; RemoteServer = 'remoteServer'; Port = 'port'; Security = 'security'
        AcceptUntrustedCertificates = 'acceptUntrustedCertificates'; SkipVerification = 'skipVerification'
        MaxConcurrentMigrations = 'maxConcurrentMigrations'
        MaxConcurrentIncrementalSyncs = 'maxConcurrentIncrementalSyncs'
        CertificateFingerprint = 'certificateFingerprint'; MinimumTlsVersion = 'minimumTlsVersion'
        CopyPerLabel = 'copyPerLabel'
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
        [string] $CertificateFingerprint,
        [ValidateSet('TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3')] [string] $MinimumTlsVersion,
        [string] $Authentication,
        [string] $MaxConcurrentMigrations,
        [string] $MaxConcurrentIncrementalSyncs,
        [bool] $CopyPerLabel,
        [switch] $SkipVerification
    )
    process {
        $names = @{
            RemoteServer = 'remoteServer'; Port = 'port'; Security = 'security'
            AcceptUntrustedCertificates = 'acceptUntrustedCertificates'; SkipVerification = 'skipVerification'
            MaxConcurrentMigrations = 'maxConcurrentMigrations'
            MaxConcurrentIncrementalSyncs = 'maxConcurrentIncrementalSyncs'
            CertificateFingerprint = 'certificateFingerprint'; MinimumTlsVersion = 'minimumTlsVersion'
            CopyPerLabel = 'copyPerLabel'
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
