import { prelude } from './prelude.js'

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
local held = {}
for _, u in ipairs(c.update) do
  local found = redis.call('HMGET', key('client', u.id), 'version', 'uniqueName')
  if found[1] ~= u.ifVersion then return 'stale' end
  if found[2] then held[found[2]] = true end
end
for _, s in ipairs(c.settings) do
  if (redis.call('HGET', key('setting', s.id), 'version') or '0') ~= s.ifVersion then return 'stale' end
end
for _, n in ipairs(c.insert) do
  if redis.call('EXISTS', key(n.kind, n.id)) == 1 then return 'taken' end
end
local wanted = {}
for _, n in ipairs(c.names) do
  local isTaken = not held[n.name] and redis.call('EXISTS', key('name', n.name)) == 1
  if isTaken or wanted[n.name] then return 'taken' end
  wanted[n.name] = true
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
for name in pairs(held) do redis.call('DEL', key('name', name)) end
for _, n in ipairs(c.names) do redis.call('SET', key('name', n.name), n.id) end
for _, u in ipairs(c.update) do
  local kept = {}
  for _, digest in ipairs(u.secrets) do kept[digest] = true end
  delist('client', u.id)
  forgetSecrets(u.id, kept)
  redis.call('HDEL', key('client', u.id), 'since', 'uniqueName', 'places', 'secrets')
  redis.call('HSET', key('client', u.id), unpack(u.fields))
  enlist('client', u.id)
  settle(u.id)
end
for _, s in ipairs(c.settings) do redis.call('HSET', key('setting', s.id), 'body', s.body, 'version', s.version) end
for _, n in ipairs(c.insert) do
  redis.call('HSET', key(n.kind, n.id), unpack(n.fields))
  if n.gone then redis.call('EXPIREAT', key(n.kind, n.id), n.gone) end
  if n.kind ~= 'token' then enlist(n.kind, n.id) end
  if n.time then redis.call('ZADD', p .. n.kind .. 's:time', n.time, n.id) end
  if n.client then settle(n.client) end
end
for _, s in ipairs(c.secrets) do redis.call('HSET', key('secret', s.digest), 'client', s.client) end
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
 * The members of all the named lists, along the shortest of them. A search looks for a part of the name among so many members at
 * most. Returns where to go on, if there may be more, and the fields of the records.
 *
 * ARGV: the kind, the limit, both ends of the members as Redis writes them, up or down, among how many to search or 0, what for,
 * the names of the lists.
 */
export const list = `${prelude}
local kind, limit, low, high, down = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5] == 'down'
local most, search = tonumber(ARGV[6]), ARGV[7]
local names = {}
for i = 8, #ARGV do names[#names + 1] = p .. ARGV[i] end
table.sort(names, function(a, b) return redis.call('ZCARD', a) < redis.call('ZCARD', b) end)
local function read()
  local count = most > 0 and 500 or limit + 1
  if down then return redis.call('ZREVRANGEBYLEX', names[1], high, low, 'LIMIT', 0, count) end
  return redis.call('ZRANGEBYLEX', names[1], low, high, 'LIMIT', 0, count)
end
local function idIn(member)
  if kind ~= 'client' then return member end
  return string.sub(member, string.find(member, '\\t', 1, true) + 1)
end
local function isWanted(member)
  for i = 2, #names do if not redis.call('ZSCORE', names[i], member) then return false end end
  if most == 0 then return true end
  local id = idIn(member)
  return id == search or string.find(redis.call('HGET', key(kind, id), 'name'), search, 1, true) ~= nil
end
local found, seen, last = {}, 0, false
local function isDone() return #found > limit or (most > 0 and seen == most) end
repeat
  local batch = read()
  for _, member in ipairs(batch) do
    if not isDone() then
      seen, last = seen + 1, member
      if isWanted(member) then found[#found + 1] = member end
    end
  end
  if last and down then high = '(' .. last elseif last then low = '(' .. last end
until #batch == 0 or isDone()
local records = {}
for i = 1, math.min(#found, limit) do records[i] = redis.call('HMGET', key(kind, idIn(found[i])), ${grantFields}) end
return { #found > limit and found[limit] or (isDone() and last), records }
`

const used = "{ 'grant', 'token', 'client', 'secret' }"

/**
 * Uses are kept with what was used, and go with it. A second sending of one call adds nothing.
 *
 * ARGV: the activity, the id of this call, for how many seconds to remember it.
 */
export const touch = `${prelude}
if not redis.call('SET', p .. 'touch:' .. ARGV[2], '', 'EX', ARGV[3], 'NX') then return 'ok' end
local activity = cjson.decode(ARGV[1])
for _, u in ipairs(activity.uses) do
  for _, kind in ipairs(${used}) do
    local record = key(kind, u.id)
    local last = tonumber(redis.call('HGET', record, 'usedAt') or '-1')
    if last < tonumber(u.at) and redis.call('EXISTS', record) == 1 then
      redis.call('HSET', record, 'usedAt', u.at, 'use', u.use)
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

/** ARGV: ids of what may have been used. */
export const lastUses = `${prelude}
local uses = {}
for _, id in ipairs(ARGV) do
  for _, kind in ipairs(${used}) do
    local use = redis.call('HGET', key(kind, id), 'use')
    if use then uses[#uses + 1] = use end
  end
end
return uses
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
  if kind == 'client' then
    local name = redis.call('HGET', key(kind, id), 'uniqueName')
    if name then redis.call('DEL', key('name', name)) end
    forgetSecrets(id, {})
  end
  redis.call('DEL', key(kind, id))
  redis.call('ZREM', time, id)
  if kind == 'grant' and client then settle(client) end
end
return #over
`
