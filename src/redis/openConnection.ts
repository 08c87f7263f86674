import type { OpenConnection } from '../core/connection';
import { CommandClient } from './commandClient';

/** Entry of the Redis bundle, which the extension loads with its first connection. */
export const openConnection: OpenConnection = (endpoint, clientName) => new CommandClient(endpoint, clientName);
