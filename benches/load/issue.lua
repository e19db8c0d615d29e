-- Issues documents: each with a subject and a key of its own, for one office after another.

dofile(os.getenv("LOAD_LUA") .. "/office.lua")

local tokens, before, after, count_of = {}, "", "", 0

function init(arguments)
  for token in file("tokens"):gmatch("%S+") do tokens[#tokens + 1] = token end
  -- The document with a mark where its subject stands.
  local document = file("document.json")
  local from, to = document:find("SUBJECT", 1, true)
  before, after = document:sub(1, from - 1), document:sub(to + 1)
end

function request()
  count_of = count_of + 1
  local name = string.format("%s-%d-%d", os.getenv("LOAD_PHASE"), number, count_of)
  -- Threads begin at different offices.
  local token = tokens[(count_of + number * 7) % #tokens + 1]
  local headers = {
    ["Authorization"] = "Bearer " .. token,
    ["Content-Type"] = "application/json",
    ["Idempotency-Key"] = name,
  }
  return wrk.format("POST", "/v1/documents", headers, before .. name .. after)
end

function response(status, headers, body)
  count(status, body, 201, '"code":"')
end
