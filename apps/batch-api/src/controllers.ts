import { AuditController } from './audit/audit.controller.js';
import { AvailabilityController } from './availability/availability.controller.js';
import { BatchActionController } from './batches/batch-action.controller.js';
import { BatchController } from './batches/batch.controller.js';
import { BatchCheckController } from './checks/batch-check.controller.js';
import { MailboxCheckController } from './checks/mailbox-check.controller.js';
import { EndpointController } from './endpoints/endpoint.controller.js';
import { EventController } from './events/event.controller.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { ReportController } from './reports/report.controller.js';
import { TargetController } from './targets/target.controller.js';
import { MigrationConfigController } from './tenants/migration-config.controller.js';
import { TenantController } from './tenants/tenant.controller.js';
import { UserController } from './users/user.controller.js';

/** All controllers: the routes, and what the document is made from. */
export const controllers = [
  AvailabilityController,
  EndpointController,
  BatchController,
  BatchActionController,
  EventController,
  UserController,
  BatchCheckController,
  MailboxCheckController,
  ReportController,
  TargetController,
  MigrationConfigController,
  AuditController,
  TenantController,
  OpenApiController,
];
