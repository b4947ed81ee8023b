# Migration users.

function Get-MigrationUser {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)] [Alias('EmailAddress', 'MailboxGuid')] [string] $Identity,
        [string] $BatchId,
        [string] $Status,
        [string] $StatusSummary,
        [string] $ResultSize = '1000'
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
