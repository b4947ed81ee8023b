# Statistics, reports and settings of the tenant.

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
