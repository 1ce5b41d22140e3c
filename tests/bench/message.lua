-- Messages over the first 10,000 tickets, by their numbers.
local n = 0
request = function()
  n = n % 10000 + 1
  return wrk.format("POST", "/api/v1/tickets/" .. n .. "/messages", {["Content-Type"] = "application/json"},
                    '{"kind":"reply","body":"we have found the cause and will fix it in the next release"}')
end
