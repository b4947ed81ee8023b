import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';
import { controllers } from '../controllers.js';
import { createOpenApiDocument } from './document.js';
import { openApiPath, printOpenApi } from './committed-document.js';

await writeFile(openApiPath, printOpenApi(createOpenApiDocument(controllers)));
