-- wrk's part of the benchmark `ingest`: every request is a command of its own.
local token = os.getenv("BENCH_TOKEN")
local run = os.getenv("BENCH_RUN")
local threads = 0

function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end

function init()
  sent = 0
  wrk.method = "POST"
  wrk.headers["content-type"] = "application/json"
  if token then wrk.headers["authorization"] = "Bearer " .. token end
end

function request()
  sent = sent + 1
  local body = string.format(
    '{"command_id":"%s-%d-%d","workflow_id":"wf-1","account_ref":"acct-%d","payee":"acct-%d","asset_symbol":"USDC","amount":"12.500000000000000001"}',
    run, id, sent, sent % 1000, (sent + 1) % 1000)
  return wrk.format(nil, nil, nil, body)
end
