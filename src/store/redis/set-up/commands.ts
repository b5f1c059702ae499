/** What is checked by the set-up, for those whose application may not call INFO. */
export const setUpCommands = `# Redis 7.0 or later, or a server that can do the same, a master (role:master):
redis-cli INFO server | grep redis_version
redis-cli INFO replication | grep role
# No key is removed when the memory is full; CONFIG REWRITE keeps the setting over a restart.
# A managed service that forbids CONFIG has maxmemory-policy in its parameter group or console:
redis-cli INFO memory | grep maxmemory_policy
redis-cli CONFIG SET maxmemory-policy noeviction
redis-cli CONFIG REWRITE
`;
