-- Has a report verified that two have signed.

dofile(os.getenv("LOAD_LUA") .. "/office.lua")

local said

function init(arguments)
  said = wrk.format("POST", "/v1/verify", { ["Content-Type"] = "application/pdf" }, file("signed.pdf"))
end

function request()
  return said
end

function response(status, headers, body)
  count(status, body, 200, '"verdict":"valid"')
end
