import { Controller, Get, Module } from '@nestjs/common';
import { tinyParts } from './tiny-parts.mjs';

class OpenController {
  get() {
    return {};
  }
}
Get()(
  OpenController.prototype,
  'get',
  Object.getOwnPropertyDescriptor(OpenController.prototype, 'get'),
);
Controller('open')(OpenController);

class BuggyModule {}
Module({ controllers: [OpenController] })(BuggyModule);

export const buggyParts = { ...tinyParts, module: BuggyModule };
