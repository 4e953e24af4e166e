import type { Change } from './change.ts';

/** The next thing to do on the way to a goal. The reason is a sentence for people: what, to which, and why. */
export type Next =
  | { readonly kind: 'change'; readonly change: Change; readonly reason: string }
  /** Something is under way, or not fit to be changed yet. */
  | { readonly kind: 'wait'; readonly seconds: number; readonly reason: string }
  /** The goal is reached, and was verified. */
  | { readonly kind: 'settled'; readonly reason: string }
  /** The goal can't be reached from here by this service. */
  | { readonly kind: 'impossible'; readonly reason: string };

/** What an observation tells of a change that was called for. */
export type Progress = 'done' | 'under-way' | 'no-sign';
