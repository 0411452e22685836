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

/** Stores an answer, unless the count that it was asked for at is lost: nobody could tell any more what is purged after it. */
export const storeScript = `
local count = tonumber(redis.call('GET', KEYS[2]) or '0')
if tonumber(ARGV[1]) > count then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'a', ARGV[1], 't', ARGV[2], 'm', ARGV[3], 'b', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return 1`;

/** 1 when one of these tags was purged after a count, or the count is lost. */
export const voidScript = `
local count = tonumber(redis.call('GET', KEYS[1]) or '0')
local asof = tonumber(ARGV[1])
if asof > count then return 1 end
for index = 2, #KEYS do
  if tonumber(redis.call('GET', KEYS[index]) or '0') > asof then return 1 end
end
return 0`;

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
