/*
 * Each script leaves a message in exactly one list at every moment that others can see. It pushes before it removes: a
 * push that is refused, for a wrong type or a permission, ends the script with nothing removed.
 */

/** KEYS: lease. ARGV: token, ms. Answers 1, or 0 when the lease is another's or lapsed. */
export const renewScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

/** KEYS: lease. ARGV: token. Gives the lease up if it is still ours. */
export const releaseScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`;

/** KEYS: processing list, attempts. ARGV: message. Answers 1, or 0 when the message is not there any more. */
export const confirmScript = `
local removed = redis.call('LREM', KEYS[1], 1, ARGV[1])
if removed == 1 then redis.call('HDEL', KEYS[2], redis.sha1hex(ARGV[1])) end
return removed`;

/** Puts one message back, or on the dead-letter list when it came back too often. Keys and arguments as in returnScript. */
const giveBack = `
local function giveBack(message)
  local field = redis.sha1hex(message)
  local times = redis.call('HINCRBY', KEYS[4], field, 1)
  local bury = times > tonumber(ARGV[1])
  if bury then
    redis.call('LPUSH', KEYS[3], message)
    redis.call('HDEL', KEYS[4], field)
  else
    redis.call(ARGV[2], KEYS[2], message)
  end
  redis.call('LREM', KEYS[1], 1, message)
  return {times, bury and 1 or 0}
end`;

/**
 * KEYS: processing list, queue, dead-letter list, attempts. ARGV: retries, push command, message. Answers how often it
 * came back by now and 1 when it was buried; nil when the message is not there any more.
 */
export const returnScript = `${giveBack}
for _, message in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
  if message == ARGV[3] then return giveBack(message) end
end
return nil`;

/**
 * As returnScript, for whatever a dead worker left: KEYS[5] is the lease, ARGV[3] our token. Answers the message before
 * the rest; nil when nothing is left, or the lease is not ours any more.
 */
export const recoverScript = `${giveBack}
if redis.call('GET', KEYS[5]) ~= ARGV[3] then return nil end
local message = redis.call('LINDEX', KEYS[1], -1)
if not message then return nil end
local answer = giveBack(message)
return {message, answer[1], answer[2]}`;

/**
 * KEYS: processing lists and their leases in turn. Answers how many of the lists hold something, and then the number, from
 * 1, of each of those that nobody holds the lease of.
 */
export const surveyScript = `
local answer = {0}
for i = 1, #KEYS, 2 do
  if redis.call('EXISTS', KEYS[i]) == 1 then
    answer[1] = answer[1] + 1
    if redis.call('EXISTS', KEYS[i + 1]) == 0 then answer[#answer + 1] = (i + 1) / 2 end
  end
end
return answer`;
