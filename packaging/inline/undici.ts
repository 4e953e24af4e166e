/*
 * What `import { Agent } from 'undici'` gives an inline function: the agent and its `request`, out of undici's own
 * files, without all else that undici's index has (fetch, caches, mocks, proxies, WebSocket).
 */
import request from 'undici/lib/api/api-request.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';

// As undici's index does with each of its calls.
Dispatcher.prototype.request = request;

export { Agent };
