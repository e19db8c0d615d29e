-- What both loads share: requests over all replicas and offices, and a count of what was answered.
--
-- wrk runs one of these environments a thread; `set` and `get` are how they meet. The folder with what was prepared
-- comes as the first argument.

local threads = {}
local replicas = {}

function setup(thread)
  if #replicas == 0 then
    for line in io.lines(os.getenv("LOAD") .. "/replicas") do
      local host, port = line:match("(.+):(%d+)")
      replicas[#replicas + 1] = wrk.lookup(host, port)[1]
    end
  end
  -- Threads take the replicas in turns.
  thread.addr = replicas[#threads % #replicas + 1]
  thread:set("number", #threads)
  threads[#threads + 1] = thread
end

function file(name)
  local opened = assert(io.open(os.getenv("LOAD") .. "/" .. name, "rb"))
  local text = opened:read("*a")
  opened:close()
  return text
end

answered, refused, first = 0, 0, ""

-- Counts an answer: `good` is the status that it must have, `holds` what must stand in it.
function count(status, body, good, holds)
  if status == good and body:find(holds, 1, true) then
    answered = answered + 1
    return
  end
  refused = refused + 1
  if first == "" then first = status .. " " .. body:sub(1, 400) end
end

function done(summary, latency, requests)
  local good, bad, said = 0, 0, ""
  for _, thread in ipairs(threads) do
    good, bad = good + thread:get("answered"), bad + thread:get("refused")
    if said == "" then said = thread:get("first") end
  end
  local errors = summary.errors
  io.write(string.format(
    "RESULT\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%s\n",
    summary.duration, good, bad, errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99), latency.max, (said:gsub("%s", " "))))
end
