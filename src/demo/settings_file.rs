//! A settings file that leads to the sandbox's servers, with its secrets in files beside it: the
//! same kind of file that a province writes.

use super::Plan;
use crate::problem::Problem;
use config::Wrapper;
use sandbox::Running;
use std::path::{Path, PathBuf};

/// Look-ups in one night when the population source is asked one citizen at a time.
const LOOKUPS_A_NIGHT: u64 = 500;

/// Writes `doisoat.toml` and `secrets/` into `directory`.
pub fn write_settings(directory: &Path, plan: &Plan, running: &Running) -> Result<PathBuf, Problem> {
    let c = &running.credentials;
    let secrets = directory.join("secrets");
    std::fs::create_dir_all(&secrets)?;
    for (name, value) in [
        ("population", &c.population_secret),
        ("population-key", &c.population_api_key),
        ("gateway-access", &c.gateway_access_token),
        ("gateway-lgsp", &c.gateway_lgsp_token),
        ("gateway-hash", &c.gateway_auth_hash),
        ("gateway-user", &c.gateway_user),
        ("officer", &c.officer),
        ("civil_status", &c.civil_status_client_secret),
        ("land", &c.land_client_secret),
        ("one_stop", &c.one_stop_password),
    ] {
        std::fs::write(secrets.join(name), value)?;
    }
    let ledger = match &plan.ledger {
        Some(url) => format!("[ledger]\nurl = \"{url}\"\npassword = {{ env = \"DOISOAT_LEDGER_PASSWORD\" }}\n"),
        None => String::new(),
    };
    let (mode, quota) = if plan.lookup { ("lookup", LOOKUPS_A_NIGHT) } else { ("feed", 0) };
    // Short pauses: the sandbox's interconnect is bad by design, but it is next door.
    let patience = "retry = { attempts = 12, first_delay_ms = 2, max_delay_ms = 50, budget = 5000 }\n\
                    breaker = { failures = 25, pause_ms = 100, probes = 50 }\n\
                    requests_per_second = 100000\n\
                    concurrency = 4\n";
    let text = format!(
        "# A made-up province, served by the sandbox. Nobody in it exists.\n\
         [province]\ncode = \"{province}\"\n\n[data]\ndirectory = \"data\"\nmin_free_mib = 64\n\n{ledger}\n\
         [sources.population]\nkind = \"population\"\nmode = \"{mode}\"\nbase_url = \"{population}\"\n\
         page_size = 500\nnightly_quota = {quota}\n\
         purpose = {{ procedure = \"{procedure}\", officer = {{ file = \"secrets/officer\" }}, agency = \"{agency}\" }}\n\
         auth = {{ kind = \"timestamp_digest\", username = \"{population_user}\", secret = {{ file = \"secrets/population\" }}, api_key = {{ file = \"secrets/population-key\" }}, x_road_client = \"{x_road}\" }}\n\
         {asking}{patience}\n\
         [sources.civil_status]\nkind = \"civil_status\"\nbase_url = \"{civil}\"\npage_size = 500\n\
         auth = {{ kind = \"client_credentials\", token_path = \"{civil_token}\", client_id = \"{civil_client}\", client_secret = {{ file = \"secrets/civil_status\" }} }}\n\
         {patience}\n\
         [sources.land]\nkind = \"land\"\nbase_url = \"{land}\"\npage_size = 200\n\
         auth = {{ kind = \"client_credentials\", token_path = \"{land_token}\", client_id = \"{land_client}\", client_secret = {{ file = \"secrets/land\" }} }}\n\
         {patience}\n\
         [sources.one_stop]\nkind = \"one_stop\"\nbase_url = \"{one_stop}\"\npage_size = 200\n\
         auth = {{ kind = \"password\", token_path = \"{one_stop_token}\", client_id = \"{one_stop_client}\", username = \"{one_stop_user}\", password = {{ file = \"secrets/one_stop\" }} }}\n\
         {patience}\n\
         [sources.commune_files]\nkind = \"files\"\nfolder = \"inbox\"\nfreshness_hours = 8760\n",
        province = plan.province,
        population = running.population,
        asking = asking(plan),
        procedure = c.procedure,
        agency = c.agency,
        population_user = c.population_username,
        x_road = c.x_road_client,
        civil = running.civil_status,
        civil_token = c.civil_status_token_path,
        civil_client = c.civil_status_client_id,
        land = running.land,
        land_token = c.land_token_path,
        land_client = c.land_client_id,
        one_stop = running.one_stop,
        one_stop_token = c.one_stop_token_path,
        one_stop_client = c.one_stop_client_id,
        one_stop_user = c.one_stop_username,
    );
    let file = directory.join("doisoat.toml");
    std::fs::write(&file, text)?;
    Ok(file)
}

/// How a citizen is asked about, where it is not the usual way.
fn asking(plan: &Plan) -> String {
    let word = |value: serde_json::Result<String>| value.unwrap_or_default();
    let account = match plan.variants.wrapper {
        Wrapper::None | Wrapper::XmlInJson => "",
        Wrapper::Opencps => {
            "wrapper_account = { access_token = { file = \"secrets/gateway-access\" }, lgsp_access_token = { file = \"secrets/gateway-lgsp\" }, auth_hash = { file = \"secrets/gateway-hash\" } }\n"
        }
        Wrapper::FlatJson => "wrapper_account = { user_name = { file = \"secrets/gateway-user\" } }\n",
    };
    // A word in JSON is a word in TOML.
    format!(
        "operation = {}\nbirth_date = {}\nwrapper = {}\n{account}",
        word(serde_json::to_string(&plan.operation)),
        word(serde_json::to_string(&plan.variants.birth_date)),
        word(serde_json::to_string(&plan.variants.wrapper)),
    )
}
