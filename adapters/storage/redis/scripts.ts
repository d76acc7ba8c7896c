/**
 * Every script gets the prefix as its only key. The braces in it keep all keys in one slot of a cluster.
 *
 * A record is a hash. Its body is a text that no script reads: Lua's cjson would turn an empty array into an object. What
 * scripts judge, change or list by has a field of its own. Lists are sorted sets whose members all have the score 0, so
 * that their order is that of their bytes; one more set per kind has the time for its score, for clearing away. That of the
 * clients holds only those that may go when they are old enough: without a grant, and revoked or registered by themselves.
 */
const prelude = `
local p = KEYS[1]
local function key(kind, id) return p .. kind .. ':' .. id end
local function lists(kind, id)
  local all = p .. kind .. 's'
  local names = { all }
  local values = redis.call('HMGET', key(kind, id), 'clientId', 'subject', 'grantId', 'projects')
  for i, by in ipairs({ 'client', 'subject', 'grant' }) do
    if values[i] then names[#names + 1] = all .. ':' .. by .. ':' .. values[i] end
  end
  if values[4] and string.sub(values[4], 1, 1) == '[' then
    for _, project in ipairs(cjson.decode(values[4])) do names[#names + 1] = all .. ':project:' .. project end
  end
  return names
end
local function enlist(kind, id) for _, name in ipairs(lists(kind, id)) do redis.call('ZADD', name, 0, id) end end
local function delist(kind, id) for _, name in ipairs(lists(kind, id)) do redis.call('ZREM', name, id) end end
local function settle(client)
  local since = redis.call('HGET', key('client', client), 'since')
  if since and since ~= '' and redis.call('ZCARD', p .. 'grants:client:' .. client) == 0 then
    redis.call('ZADD', p .. 'clients:time', since, client)
  else
    redis.call('ZREM', p .. 'clients:time', client)
  end
end
`

/**
 * A script is not rolled back, so every check comes before every write and no write can fail.
 *
 * A client library may send a command again when its connection was lost before the answer came. The id of a commit that was
 * made is kept for a while, so that the second sending gets the answer of the first.
 *
 * ARGV: the change, the id of this commit, for how many seconds to remember it.
 */
export const commit = `${prelude}
local made = p .. 'commit:' .. ARGV[2]
if redis.call('EXISTS', made) == 1 then return 'ok' end
local c = cjson.decode(ARGV[1])
for _, r in ipairs(c.redeem) do
  local found = redis.call('HMGET', key('token', r.digest), 'body', 'redemption')
  if not found[1] or found[2] then return 'redeemed' end
end
for _, id in ipairs(c.alive) do
  local found = redis.call('HMGET', key('grant', id), 'body', 'revokedAt')
  if not found[1] or found[2] then return 'revoked' end
end
for _, n in ipairs(c.narrow) do
  local found = redis.call('HMGET', key('grant', n.id), 'scope', 'projects')
  if found[1] ~= n.fromScope or found[2] ~= n.fromProjects then return 'moved' end
end
for _, u in ipairs(c.update) do
  if redis.call('HGET', key('client', u.id), 'version') ~= u.ifVersion then return 'stale' end
end
for _, n in ipairs(c.insert) do
  if redis.call('EXISTS', key(n.kind, n.id)) == 1 then return 'taken' end
end

for _, r in ipairs(c.redeem) do redis.call('HSET', key('token', r.digest), 'redemption', r.redemption) end
for _, e in ipairs(c.extend) do
  local grant = key('grant', e.id)
  if tonumber(redis.call('HGET', grant, 'expiresAt')) < tonumber(e.expiresAt) then
    redis.call('HSET', grant, 'expiresAt', e.expiresAt)
    redis.call('ZADD', p .. 'grants:time', e.expiresAt, e.id)
  end
end
for _, r in ipairs(c.revoke) do redis.call('HSETNX', key('grant', r.id), 'revokedAt', r.at) end
for _, n in ipairs(c.narrow) do
  delist('grant', n.id)
  redis.call('HSET', key('grant', n.id), 'scope', n.scope, 'projects', n.projects)
  enlist('grant', n.id)
end
for _, u in ipairs(c.update) do
  redis.call('HSET', key('client', u.id), 'body', u.body, 'version', u.version, 'since', u.since)
  settle(u.id)
end
for _, n in ipairs(c.insert) do
  redis.call('HSET', key(n.kind, n.id), unpack(n.fields))
  if n.gone then redis.call('EXPIREAT', key(n.kind, n.id), n.gone) end
  if n.kind ~= 'token' then enlist(n.kind, n.id) end
  if n.time then redis.call('ZADD', p .. n.kind .. 's:time', n.time, n.id) end
  if n.client then settle(n.client) end
end
redis.call('SET', made, '', 'EX', ARGV[3])
return 'ok'
`

const grantFields = `'body', 'scope', 'projects', 'expiresAt', 'revokedAt'`

/** ARGV: the kind, the id. */
export const find = `${prelude}
if ARGV[1] == 'grant' then return redis.call('HMGET', key('grant', ARGV[2]), ${grantFields}) end
return redis.call('HMGET', key(ARGV[1], ARGV[2]), 'body')
`

/** Token, grant and client as of one moment. ARGV: the digest. */
export const findToken = `${prelude}
local token = redis.call('HMGET', key('token', ARGV[1]), 'body', 'redemption', 'grantId', 'clientId')
if not token[1] then return false end
local grant = { false }
if token[3] then grant = redis.call('HMGET', key('grant', token[3]), ${grantFields}) end
return { token[1], token[2], grant, redis.call('HGET', key('client', token[4]), 'body') }
`

/**
 * The members of all the named lists, along the shortest of them. Returns whether there are more, and their fields.
 *
 * ARGV: the kind, the limit, the id to go on after or nothing, the names of the lists.
 */
export const list = `${prelude}
local kind, limit, after = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local names = {}
for i = 4, #ARGV do names[#names + 1] = p .. ARGV[i] end
table.sort(names, function(a, b) return redis.call('ZCARD', a) < redis.call('ZCARD', b) end)
local function inAll(id)
  for i = 2, #names do if not redis.call('ZSCORE', names[i], id) then return false end end
  return true
end
local found, from = {}, after == '' and '-' or '(' .. after
while #found <= limit do
  local batch = redis.call('ZRANGEBYLEX', names[1], from, '+', 'LIMIT', 0, limit + 1)
  if #batch == 0 then break end
  for _, id in ipairs(batch) do
    if #found <= limit and inAll(id) then found[#found + 1] = id end
  end
  from = '(' .. batch[#batch]
end
local more = #found > limit and 1 or 0
local records = {}
for i = 1, math.min(#found, limit) do records[i] = redis.call('HMGET', key(kind, found[i]), ${grantFields}) end
return { more, records }
`

/**
 * Uses are kept with the grant or the token, and go with it. A second sending of one call adds nothing.
 *
 * ARGV: the activity, the id of this call, for how many seconds to remember it.
 */
export const touch = `${prelude}
if not redis.call('SET', p .. 'touch:' .. ARGV[2], '', 'EX', ARGV[3], 'NX') then return 'ok' end
local activity = cjson.decode(ARGV[1])
for _, u in ipairs(activity.uses) do
  for _, kind in ipairs({ 'grant', 'token' }) do
    local last = redis.call('HMGET', key(kind, u.id), 'body', 'usedAt')
    if last[1] and (not last[2] or tonumber(last[2]) < tonumber(u.at)) then
      redis.call('HSET', key(kind, u.id), 'usedAt', u.at)
    end
  end
end
for _, u in ipairs(activity.usage) do
  local usage = key('usage', u.id)
  redis.call('HSET', usage, unpack(u.fields))
  redis.call('HINCRBY', usage, 'requests', u.requests)
  redis.call('HINCRBY', usage, 'refused', u.refused)
  redis.call('ZADD', p .. 'usages:client:' .. u.client, 0, u.id)
  redis.call('ZADD', p .. 'usages:time', u.day, u.id)
end
return 'ok'
`

/** ARGV: ids of grants and tokens. */
export const lastUses = `${prelude}
local times = {}
for i, id in ipairs(ARGV) do
  times[i] = redis.call('HGET', key('grant', id), 'usedAt') or redis.call('HGET', key('token', id), 'usedAt')
end
return times
`

/** ARGV: the client, the first id and the one after the last. */
export const listUsage = `${prelude}
local records = {}
for i, id in ipairs(redis.call('ZRANGEBYLEX', p .. 'usages:client:' .. ARGV[1], '[' .. ARGV[2], '(' .. ARGV[3])) do
  records[i] = redis.call('HMGET', key('usage', id), 'clientId', 'accountId', 'day', 'requests', 'refused')
end
return records
`

/** Delete records whose time is over, and their places in the lists. ARGV: the kind, before when, how many at most. */
export const purge = `${prelude}
local kind, time = ARGV[1], p .. ARGV[1] .. 's:time'
local over = redis.call('ZRANGEBYSCORE', time, '-inf', '(' .. ARGV[2], 'LIMIT', 0, ARGV[3])
for _, id in ipairs(over) do
  local client = redis.call('HGET', key(kind, id), 'clientId')
  delist(kind, id)
  redis.call('DEL', key(kind, id))
  redis.call('ZREM', time, id)
  if kind == 'grant' and client then settle(client) end
end
return #over
`
