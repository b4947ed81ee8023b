import { type DynamicModule, Module } from '@nestjs/common';
import { PassController } from './pass/pass.controller.js';
import { PassRunner } from './pass/pass-runner.js';

@Module({})
export class WriterModule {
  static of(runner: PassRunner): DynamicModule {
    return {
      module: WriterModule,
      controllers: [PassController],
      providers: [{ provide: PassRunner, useValue: runner }],
    };
  }
}
