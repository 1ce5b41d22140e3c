-- Reads with pauses of 1 to 3 ms: how many come a second is up to the number of connections.
math.randomseed(3)
delay = function() return math.random(3) end
