-- For wrk: sends the requests of a file one after the other, and prints what it has seen as JSON.
local ffi = require("ffi")
ffi.cdef("int getpid(void); int kill(int pid, int signal);")

local requests = {}
local at = 0
local sent = 0
local most = 0

-- args[1]: a file of raw requests, each followed by a byte 1; args[2]: how many to send, or 0 until time is over.
function init(args)
  most = tonumber(args[2])
  local text = io.open(args[1], "rb"):read("*a")
  local from = 1
  while from <= #text do
    local stop = text:find("\1", from, true)
    requests[#requests + 1] = text:sub(from, stop - 1)
    from = stop + 1
  end
end

function request()
  at = at % #requests + 1
  sent = sent + 1
  if sent == most then
    wrk.thread:stop()
    ffi.C.kill(ffi.C.getpid(), 2) -- SIGINT: the main thread sleeps until the time is over
  end
  return requests[at]
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '{"requests":%d,"seconds":%.6f,"failed":%d,"p50":%.3f,"p99":%.3f}\n',
    summary.requests, summary.duration / 1e6, e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
