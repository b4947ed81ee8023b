import { type DynamicModule, Module } from '@nestjs/common';
import type { Logger } from '@sterna/platform';
import { SourceLogins } from '@sterna/source-login';
import { StateStore } from '@sterna/state';
import { OperatorKey } from './access/operator-key.js';
import { OperatorGuard } from './access/operator.guard.js';
import { TenantGuard } from './access/tenant.guard.js';
import { BatchChangeService } from './batches/batch-change.service.js';
import { BatchCreationService } from './batches/batch-creation.service.js';
import { BatchLifecycleService } from './batches/batch-lifecycle.service.js';
import { BatchService } from './batches/batch.service.js';
import { CutOverService } from './cut-over/cut-over.service.js';
import { MailExchangers } from './cut-over/mail-exchangers.js';
import { BatchCheckService } from './checks/batch-check.service.js';
import { CheckWorker } from './checks/check-worker.js';
import { MailboxCheckService } from './checks/mailbox-check.service.js';
import { controllers } from './controllers.js';
import { EndpointService } from './endpoints/endpoint.service.js';
import { OpenStreams } from './events/open-streams.js';
import { ProgressService } from './events/progress.service.js';
import { createOpenApiDocument } from './openapi/document.js';
import { OpenApiDocument } from './openapi/openapi.controller.js';
import { ReportService } from './reports/report.service.js';
import { UserLifecycleService } from './users/user-lifecycle.service.js';
import { UserService } from './users/user.service.js';

@Module({})
export class ApiModule {
  static of(parts: {
    store: StateStore;
    logins: SourceLogins;
    operatorKey: string;
    logger: Logger;
    checkSlots: number;
  }): DynamicModule {
    return {
      module: ApiModule,
      controllers,
      providers: [
        { provide: StateStore, useValue: parts.store },
        { provide: SourceLogins, useValue: parts.logins },
        { provide: CheckWorker, useFactory: () => new CheckWorker(parts) },
        { provide: OperatorKey, useValue: new OperatorKey(parts.operatorKey) },
        {
          provide: OpenApiDocument,
          useFactory: () => new OpenApiDocument(createOpenApiDocument(controllers)),
        },
        TenantGuard,
        OperatorGuard,
        EndpointService,
        BatchService,
        BatchCreationService,
        BatchChangeService,
        BatchLifecycleService,
        MailExchangers,
        MailboxCheckService,
        BatchCheckService,
        CutOverService,
        UserService,
        UserLifecycleService,
        ReportService,
        ProgressService,
        OpenStreams,
      ],
    };
  }
}
