# The cmdlets of Microsoft's IMAP migration over Sterna's REST API. An existing script needs another Connect- line:
#   Connect-Sterna -Url https://sterna.contoso.com -Tenant contoso -ApiKey (Get-Secret SternaKey)
Set-StrictMode -Version 3.0

foreach ($part in 'Api', 'Objects', 'Endpoints', 'Batches', 'Users', 'Tenant') {
    . (Join-Path $PSScriptRoot "$part.ps1")
}

Export-ModuleMember -Function @('Connect-Sterna', 'Disconnect-Sterna', '*-Migration*')
