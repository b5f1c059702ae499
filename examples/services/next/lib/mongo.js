import { ConnectionManager } from 'session-guard';

/** The same manager for all modules, and after every reload of the development server. */
export const mongo = ConnectionManager.shared(process.env.MONGODB_URI, { profile: 'serverless' });
