export { type TestMailbox, TestStack, type TestTenant } from './test-stack.js';
