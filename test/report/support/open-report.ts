import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import type { ReportData } from '../../../src/report/data/report-data.ts';
import { reportPage } from '../../../src/report/report-page.ts';

/** Debian's `chromium`, or the one that `SESSION_GUARD_TEST_CHROMIUM` names. */
const executablePath = process.env['SESSION_GUARD_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
/** Playwright's own limits are shorter than a busy machine may need, in milliseconds. */
const patienceMS = 150_000;

export interface Opened {
  readonly page: Page;
  /** Errors of scripts, and what the policy has refused. */
  readonly errors: readonly string[];
  readonly requests: readonly string[];
}

export interface Look {
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
  readonly hasTouch?: boolean;
}

/** One browser for the tests of a file. @returns a function that opens a report in it */
export function inBrowser(): (data: ReportData, look?: Look) => Promise<Opened> {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'session-guard-page-'));
    browser = await chromium.launch({
      executablePath,
      headless: true,
      args: ['--no-sandbox'],
      timeout: patienceMS,
    });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });
  return async (data, { colorScheme = 'light', width = 1400, hasTouch = false } = {}) => {
    const file = join(folder, 'report.html');
    writeFileSync(file, reportPage(data));
    const viewport = { width, height: 1000 };
    // Not those of the machine: the page writes dates and numbers by them.
    const where = { locale: 'en-US', timezoneId: 'UTC' };
    const page = await browser.newPage({ viewport, colorScheme, hasTouch, ...where });
    page.setDefaultTimeout(patienceMS);
    onTestFinished(() => page.close());
    const errors: string[] = [];
    const requests: string[] = [];
    page.on('pageerror', error => errors.push(error.message));
    page.on('console', message => errors.push(message.text()));
    page.on('request', request => requests.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    await page.locator('.label').first().waitFor();
    return { page, errors, requests };
  };
}
