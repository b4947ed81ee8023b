@{
    RootModule        = 'Sterna.psm1'
    ModuleVersion     = '0.1.0'
    GUID              = '6f0c0f0e-6a57-4d0b-9d6b-0b1f5f4b7a10'
    Author            = 'Sterna'
    Description       = "The cmdlets of Microsoft's IMAP migration, carried out by Sterna."
    PowerShellVersion = '7.2'
    FunctionsToExport = @(
        'Connect-Sterna', 'Disconnect-Sterna', 'Test-MigrationServerAvailability',
        'New-MigrationEndpoint', 'Get-MigrationEndpoint', 'Set-MigrationEndpoint', 'Remove-MigrationEndpoint',
        'New-MigrationBatch', 'Get-MigrationBatch', 'Set-MigrationBatch', 'Start-MigrationBatch', 'Stop-MigrationBatch',
        'Complete-MigrationBatch', 'Remove-MigrationBatch',
        'Get-MigrationUser', 'Get-MigrationUserStatistics', 'Set-MigrationUser', 'Start-MigrationUser',
        'Stop-MigrationUser', 'Remove-MigrationUser',
        'Get-MigrationStatistics', 'Get-MigrationReport', 'Export-MigrationReport',
        'Get-MigrationConfig', 'Set-MigrationConfig'
    )
    CmdletsToExport   = @()
    VariablesToExport = @()
    AliasesToExport   = @()
}
