-- What wrk sends, and how it tells what it measured. Arguments, after --: the mode, then its own.
--   get             the same request always; wrk makes it once
--   upload BYTES    POST with a body of so many bytes
--   many FILE       each line of the file is a token; every request has the next one, from the next of as many client addresses, and all
--                   pairs of the two come in turn
--   clients FROM TO    a new client address in each request, of those from this number to below that one; 16 requests at a time

local function upload(bytes)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/octet-stream"
  wrk.body = string.rep("x", tonumber(bytes))
end

local function address(number)
  return string.format("10.%d.%d.%d", math.floor(number / 65536) % 256, math.floor(number / 256) % 256, number % 256)
end

-- What stands around the two fields is made once: wrk's own formatting would cost more than the request.
local function frame()
  local text = wrk.format("GET", nil, { ["Host"] = wrk.headers["Host"], ["X-Forwarded-For"] = "@" })
  local at = text:find("@", 1, true)
  return text:sub(1, at - 1), text:sub(at + 1)
end

local function many(file)
  local tokens, addresses = {}, {}
  for token in io.lines(file) do
    tokens[#tokens + 1] = "\r\nAuthorization: Bearer " .. token
    addresses[#addresses + 1] = address(#addresses)
  end
  local count, token, ahead = #tokens, 0, 0
  local before, after = frame()
  request = function()
    token = token + 1
    if token > count then
      token = 1
      ahead = ahead + 1
    end
    return before .. addresses[(token + ahead) % count + 1] .. tokens[token] .. after
  end
end

local function clients(from, to)
  local first, last = tonumber(from), tonumber(to) - 1
  local next = first - 1
  local before, after = frame()
  request = function()
    local requests = {}
    for i = 1, 16 do
      next = next < last and next + 1 or first
      requests[i] = before .. address(next) .. after
    end
    return table.concat(requests)
  end
end

function init(args)
  local modes = { get = function() end, upload = upload, many = many, clients = clients }
  modes[args[1]](args[2], args[3])
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format("result requests=%d micros=%d p50=%d p99=%d answer=%d failed=%d", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), summary.bytes / math.max(1, summary.requests),
    errors.connect + errors.read + errors.write + errors.timeout + errors.status))
end
