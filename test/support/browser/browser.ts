import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { getWitness } from '../witness.ts';

/** It shows files of this machine, and has nothing to ask anybody. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const START_LIMIT_MS = 60_000;
const PAGE_LIMIT_MS = 30_000;

/** A Chromium of its own, without a window, a profile or a way to the network. */
export class Browser implements AsyncDisposable {
  readonly #context: BrowserContext;
  readonly #folder: string;

  private constructor(context: BrowserContext, folder: string) {
    this.#context = context;
    this.#folder = folder;
  }

  static async start(): Promise<Browser> {
    const folder = await mkdtemp(join(tmpdir(), 'deploytime-chromium-'));
    try {
      const context = await chromium.launchPersistentContext(folder, {
        executablePath: getWitness('chromium'),
        args: QUIET,
        headless: true,
        offline: true,
        timeout: START_LIMIT_MS,
        handleSIGINT: false,
        handleSIGTERM: false,
        handleSIGHUP: false,
      });
      context.setDefaultTimeout(PAGE_LIMIT_MS);
      return new Browser(context, folder);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Opens a file, does something with it, and closes it. @returns What was done, and what the console said. */
  async open<T>(
    path: string,
    colours: 'light' | 'dark',
    work: (page: Page) => Promise<T>,
  ): Promise<{ readonly result: T; readonly said: readonly string[] }> {
    const page = await this.#context.newPage();
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(String(error)));
    try {
      await page.emulateMedia({ colorScheme: colours });
      await page.goto(`file://${path}`);
      return { result: await work(page), said };
    } finally {
      await page.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
