# Objects with Microsoft's property names.

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
        Authentication                = if ($null -eq $_.oauth) { 'Basic' } else { 'OAuth' }
        PasswordSource                = $_.passwordSource
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
