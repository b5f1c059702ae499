export { type Dashboard, dashboard, type DashboardOptions } from './dashboard.ts';
