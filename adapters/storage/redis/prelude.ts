/**
 * Every script gets the prefix as its only key. The braces in it keep all keys in one slot of a cluster.
 *
 * A record is a hash. Its body is a text that no script reads: Lua's cjson would turn an empty array into an object. What
 * scripts judge, change or list by has a field of its own. Lists are sorted sets whose members all have the score 0, so
 * that their order is that of their bytes; one more set per kind has the time for its score, for clearing away. That of the
 * clients holds only those that may go when they are old enough: without a grant, and revoked or registered by themselves.
 *
 * A client that is not revoked has places in two lists for each filter, by time and by name. Its unique name and the digests of
 * its secrets are keys of their own.
 */
export const prelude = `
local p = KEYS[1]
local function key(kind, id) return p .. kind .. ':' .. id end
local function clientPlaces(id)
  local places, text = {}, redis.call('HGET', key('client', id), 'places')
  if not text then return places end
  local all = cjson.decode(text)
  for _, by in ipairs(all.by) do
    places[#places + 1] = { p .. 'clients:by-time:' .. by, all.time }
    places[#places + 1] = { p .. 'clients:by-name:' .. by, all.name }
  end
  return places
end
local function placesOf(kind, id)
  if kind == 'client' then return clientPlaces(id) end
  local all = p .. kind .. 's'
  local places = { { all, id } }
  local values = redis.call('HMGET', key(kind, id), 'clientId', 'subject', 'grantId', 'accountId', 'type', 'projects')
  for i, by in ipairs({ 'client', 'subject', 'grant', 'account', 'type' }) do
    if values[i] then places[#places + 1] = { all .. ':' .. by .. ':' .. values[i], id } end
  end
  if values[6] and string.sub(values[6], 1, 1) == '[' then
    for _, project in ipairs(cjson.decode(values[6])) do places[#places + 1] = { all .. ':project:' .. project, id } end
  end
  return places
end
local function enlist(kind, id)
  for _, place in ipairs(placesOf(kind, id)) do redis.call('ZADD', place[1], 0, place[2]) end
end
local function delist(kind, id)
  for _, place in ipairs(placesOf(kind, id)) do redis.call('ZREM', place[1], place[2]) end
end
local function settle(client)
  local since = redis.call('HGET', key('client', client), 'since')
  if since and redis.call('ZCARD', p .. 'grants:client:' .. client) == 0 then
    redis.call('ZADD', p .. 'clients:time', since, client)
  else
    redis.call('ZREM', p .. 'clients:time', client)
  end
end
local function forgetSecrets(client, kept)
  local digests = redis.call('HGET', key('client', client), 'secrets') or ''
  for digest in string.gmatch(digests, '%S+') do
    if not kept[digest] then redis.call('DEL', key('secret', digest)) end
  end
end
`
