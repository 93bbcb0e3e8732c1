-- When a finding appeared stands in the finding: `first_run` and `first_date`. Its events are what came after.
DELETE FROM finding_events
WHERE event = 'appeared'
  AND EXISTS (SELECT 1 FROM findings f WHERE f.finding_id = finding_events.finding_id
              AND f.first_run = finding_events.run_id AND f.first_date = finding_events.date);
