// @ts-check
// A set-up file that asks for what the driver does.
import { trackWork } from 'session-guard';

trackWork({ session: () => undefined });
