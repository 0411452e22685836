/**
 * An answer that is not void: asked for before the last purge of none of its tags.
 *
 * One of a later count than there is was written before the count was lost.
 */
export const lookupScript = `
local item = redis.call('HMGET', KEYS[1], 'a', 't', 'm', 'b')
if not item[1] or not item[2] or not item[3] or not item[4] then return false end
local asof = tonumber(item[1])
local count = tonumber(redis.call('GET', KEYS[2]) or '0')
if not asof or asof > count then return false end
if asof < count then
  for _, tag in ipairs(cjson.decode(item[2])) do
    local purged = redis.call('GET', ARGV[1] .. tag)
    if purged and tonumber(purged) > asof then
      redis.call('DEL', KEYS[1])
      return false
    end
  end
end
return { item[3], item[4] }`;

/** Counts a purge, and says of each tag that it was of that count. */
export const purgeScript = `
local count = redis.call('INCR', KEYS[1])
for index = 2, #KEYS do redis.call('SET', KEYS[index], count, 'PX', ARGV[1]) end
return count`;

/** 1 for who has the lease. */
export const leaseScript = `
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
return 0`;

/** Only who has it may end it. */
export const releaseScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;
