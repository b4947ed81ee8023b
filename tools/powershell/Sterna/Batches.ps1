# Migration batches.

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
        [long] $LargeItemLimitBytes,
        [timespan] $IncrementalSyncInterval,
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
        LargeItemLimit = 'largeItemLimit'; LargeItemLimitBytes = 'largeItemLimitBytes'
        IncrementalSyncInterval = 'incrementalSyncIntervalMs'
        TargetDeliveryDomain = 'targetDeliveryDomain'; StartAfter = 'startAfter'
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
        [string] $ResultSize = '1000'
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
        [long] $LargeItemLimitBytes,
        [timespan] $IncrementalSyncInterval,
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
            finally { Remove-Item -LiteralPath $form.csv.FullName -WhatIf:$false -Confirm:$false }
        }
        $names = @{
            ApproveSkippedItems = 'approveSkippedItems'; BadItemLimit = 'badItemLimit'; LargeItemLimit = 'largeItemLimit'
            LargeItemLimitBytes = 'largeItemLimitBytes'; IncrementalSyncInterval = 'incrementalSyncIntervalMs'
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
