import { afterEach, expect, vi } from 'vitest';
import { fixture } from './support/fixture.ts';
import { onEachDriver } from './support/drivers.ts';
