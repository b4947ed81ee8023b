export { createScheduler } from './create-scheduler.js';
export { type SchedulerParts } from './scheduler.module.js';
