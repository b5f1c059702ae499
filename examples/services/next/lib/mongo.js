import { ConnectionManager } from 'session-guard';

const { MONGODB_URI, NEXT_PHASE } = process.env;

/** `next build` loads this module, and connects to nothing. */
const uri = NEXT_PHASE === 'phase-production-build' ? 'mongodb://localhost/build' : MONGODB_URI;

/** The same manager for all modules, and after every reload of the development server. */
export const mongo = ConnectionManager.shared(uri, { profile: 'serverless' });
