wrk.method = "POST"
wrk.body = '{"title":"cannot log in to the portal","description":"since this morning the portal answers 500 after entering my password"}'
wrk.headers["Content-Type"] = "application/json"
