-- Prints wrk's result as one line of JSON; with BENCH_BODY set, posts it with a number of its own in each.
local threads = 0

function setup(thread)
  thread:set("slot", threads)
  threads = threads + 1
end

if os.getenv("BENCH_BODY") then
  local body = os.getenv("BENCH_BODY")
  local headers = { ["Content-Type"] = os.getenv("BENCH_TYPE") }
  local number

  function request()
    -- 100,000 numbers a thread and a run; BENCH_START moves on by as many a run, so none comes twice.
    number = (number or tonumber(os.getenv("BENCH_START")) + slot * 100000) + 1
    -- Every post comes from a network of its own, so that limits by address stay switched on and let it pass.
    local net = number % (115 * 65536)
    headers["X-Forwarded-For"] =
      string.format("%d.%d.%d.7", 11 + math.floor(net / 65536), math.floor(net / 256) % 256, net % 256)
    return wrk.format("POST", nil, headers, (body:gsub("{n}", number)))
  end
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "microseconds": %d, "bytes": %d, "failures": %d, "bad_statuses": %d,' ..
    ' "p50": %d, "p90": %d, "p99": %d, "p999": %d, "max": %d}\n',
    summary.requests, summary.duration, summary.bytes,
    e.connect + e.read + e.write + e.timeout, e.status,
    latency:percentile(50), latency:percentile(90), latency:percentile(99), latency:percentile(99.9),
    latency.max))
end
