-- Fifty different questions for twenty tickets: by state, priority, age and order, alone and together.
local filters = {}
for _, status in ipairs({"open", "in_progress", "open&status=waiting", "resolved", "resolved&status=open"}) do
  for _, priority in ipairs({"", "&priority=urgent", "&priority=high&priority=urgent", "&priority=low", "&priority=medium"}) do
    for _, order in ipairs({"", "&sort=updated_at"}) do
      table.insert(filters, "/api/v1/tickets?limit=20&status=" .. status .. priority .. order)
    end
  end
end
assert(#filters == 50)
local n = 0
request = function()
  n = n % #filters + 1
  return wrk.format("GET", filters[n])
end
