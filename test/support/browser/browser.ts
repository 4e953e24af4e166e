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
/** Only the addresses of this machine have a name. */
const LOOPBACK_ONLY = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1';
const START_LIMIT_MS = 60_000;
const PAGE_LIMIT_MS = 30_000;

/** How a page is looked at. */
export interface View {
  readonly colours: 'light' | 'dark';
  /** Of the window, in pixels. Default: 1280. */
  readonly width?: number;
}
const WINDOW = { width: 1280, height: 720 };

/** A Chromium of its own, without a window, a profile or a way to the network. */
export class Browser implements AsyncDisposable {
  readonly #context: BrowserContext;
  readonly #folder: string;

  private constructor(context: BrowserContext, folder: string) {
    this.#context = context;
    this.#folder = folder;
  }

  /** @param reach What it may open: files, or the servers of this machine. */
  static async start(reach: 'files' | 'loopback' = 'files'): Promise<Browser> {
    const folder = await mkdtemp(join(tmpdir(), 'deploytime-chromium-'));
    try {
      const context = await chromium.launchPersistentContext(folder, {
        executablePath: getWitness('chromium'),
        args: [...QUIET, LOOPBACK_ONLY],
        headless: true,
        offline: reach === 'files',
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

  /**
   * Opens a file or an address, does something with it, and closes it.
   * @returns What was done; what the console said, and which requests failed.
   */
  async open<T>(
    place: string | URL,
    { colours, width = WINDOW.width }: View,
    work: (page: Page) => Promise<T>,
  ): Promise<{ readonly result: T; readonly said: readonly string[] }> {
    const page = await this.#context.newPage();
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(String(error)));
    page.on('requestfailed', (request) => said.push(`${request.url()}: ${request.failure()?.errorText}`));
    page.on('response', (response) => {
      if (response.status() >= 400) said.push(`${response.url()}: ${response.status()}`);
    });
    try {
      await page.emulateMedia({ colorScheme: colours });
      await page.setViewportSize({ ...WINDOW, width });
      await page.goto(place instanceof URL ? place.href : `file://${place}`);
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
