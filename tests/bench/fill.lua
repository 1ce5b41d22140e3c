-- Tickets as a desk has them: most have a priority and a category.
local priorities = {"low", "medium", "medium", "medium", "high", "urgent"}
local categories = {"billing", "technical", "technical", "general"}
math.randomseed(1)
request = function()
  local body = string.format('{"title":"cannot log in to the portal","description":"since this morning the portal answers 500 '
                             .. 'after entering my password","priority":"%s","category":"%s"}',
                             priorities[math.random(#priorities)], categories[math.random(#categories)])
  return wrk.format("POST", "/api/v1/tickets", {["Content-Type"] = "application/json"}, body)
end
