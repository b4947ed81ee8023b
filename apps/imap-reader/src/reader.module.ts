import { type DynamicModule, Module } from '@nestjs/common';
import { PassController } from './pass/pass.controller.js';
import { PassRunner } from './pass/pass-runner.js';

@Module({})
export class ReaderModule {
  static of(runner: PassRunner): DynamicModule {
    return {
      module: ReaderModule,
      controllers: [PassController],
      providers: [{ provide: PassRunner, useValue: runner }],
    };
  }
}
