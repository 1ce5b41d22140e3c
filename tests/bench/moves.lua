-- Tickets on their way: by their numbers, of which there are as many as the first argument says. None is closed: that would refuse
-- the messages that are measured later.
local moves = {"in_progress", "in_progress", "waiting", "resolved"}
math.randomseed(2)
local count = 1
init = function(arguments) count = tonumber(arguments[1]) end
request = function()
  return wrk.format("PATCH", "/api/v1/tickets/" .. math.random(count), {["Content-Type"] = "application/json"},
                    '{"status":"' .. moves[math.random(#moves)] .. '"}')
end
