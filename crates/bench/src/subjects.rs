//! The programs that are measured, and what they are given.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::error::{BenchError, Result};
use crate::workload::Workload;

/// The function that does nothing, to whose start every other's is compared.
pub(crate) const FLOOR: &str = "floor";
/// One put with boto3.
pub(crate) const BOTO3: &str = "boto3-put";
pub(crate) const REGISTER_FARE: &str = "register-fare";
pub(crate) const PAYMENT: &str = "payment";
pub(crate) const CUSTOMER_ACCOUNTING: &str = "customer-accounting";
const RAW_PUT: &str = "raw-put";
const RAW_TRANSACT: &str = "raw-transact";

const PUT_WITH_BOTO3: &str = include_str!("../python/put.py");

/// A program that is measured.
#[derive(Debug)]
pub(crate) struct Subject {
    /// What it is called in the results.
    pub(crate) name: &'static str,
    /// The executable.
    pub(crate) program: PathBuf,
    /// Its arguments.
    pub(crate) arguments: Vec<OsString>,
    /// Its whole environment, but for the address of the runtime API.
    pub(crate) environment: Vec<(String, OsString)>,
    /// What it is asked.
    pub(crate) workload: Workload,
    /// Whether its size is told: where the program is all there is to deploy.
    pub(crate) has_artefact: bool,
    /// The program that sends the same request and nothing else, with whose warm answers its own are compared.
    pub(crate) raw: Option<&'static str>,
}

/// Where everything is that the programs talk to.
#[derive(Debug)]
pub(crate) struct Surroundings<'a> {
    pub(crate) aws_url: &'a str,
    pub(crate) authorities: Option<&'a Path>,
    pub(crate) gateway_url: &'a str,
    pub(crate) scratch: &'a Path,
}

/// The functions as `sam build` left them in this directory.
pub(crate) fn functions(directory: &Path, around: &Surroundings<'_>) -> Result<Vec<Subject>> {
    let function = |name, resource: &str, workload, raw, own: &[(&str, &str)]| -> Result<Subject> {
        let program = directory.join(resource).join("bootstrap");
        let program = found(name, program, "`make build` builds it")?;
        Ok(Subject {
            name,
            program,
            arguments: Vec::new(),
            environment: environment(name, around, own),
            workload,
            has_artefact: true,
            raw,
        })
    };
    let for_payment = [
        ("PAYMENTS_TABLE", "payments"),
        ("GATEWAY_NAMESPACE", "8e6a9c10-ba55-4c10-9bfe-0242ac120002"),
        ("GATEWAY_URL", around.gateway_url),
        ("GATEWAY_SECRET_ID", "SimulatedGatewayKey"),
        ("GATEWAY_TIMEOUT_MILLISECONDS", "8000"),
    ];
    let fares = [("FARES_TABLE", "fares")];
    let ledger = [("LEDGER_TABLE", "ledger")];
    Ok(vec![
        function(REGISTER_FARE, "RegisterFareFunction", Workload::Register, Some(RAW_PUT), &fares)?,
        function(PAYMENT, "ChargeFareFunction", Workload::Charge, None, &for_payment)?,
        function(CUSTOMER_ACCOUNTING, "CreditCustomerFunction", Workload::Credit, Some(RAW_TRANSACT), &ledger)?,
    ])
}

/// The function that decides: the same program as the one that registers.
pub(crate) fn deciding(directory: &Path, around: &Surroundings<'_>) -> Result<Subject> {
    let name = "decide-fare";
    let program = found(name, directory.join("DecideFareFunction").join("bootstrap"), "`make build` builds it")?;
    let environment = environment(name, around, &[("FARES_TABLE", "fares")]);
    let (arguments, workload) = (Vec::new(), Workload::Complete);
    Ok(Subject { name, program, arguments, environment, workload, has_artefact: false, raw: None })
}

/// What the functions are compared with, as it was built into this directory.
pub(crate) fn floors(directory: &Path, around: &Surroundings<'_>) -> Result<Vec<Subject>> {
    let floor = |name, workload, own: &[(&str, &str)]| -> Result<Subject> {
        Ok(Subject {
            name,
            program: found(name, directory.join(name), "`cargo build --release --package bench` builds it")?,
            arguments: Vec::new(),
            environment: environment(name, around, own),
            workload,
            has_artefact: true,
            raw: None,
        })
    };
    Ok(vec![
        floor(FLOOR, Workload::Nothing, &[])?,
        floor(RAW_PUT, Workload::Register, &[("FARES_TABLE", "raw-fares")])?,
        floor(RAW_TRANSACT, Workload::Credit, &[("LEDGER_TABLE", "ledger")])?,
    ])
}

/// One put with boto3, if this Python has that; otherwise why not.
pub(crate) async fn boto3(python: &Path, around: &Surroundings<'_>) -> Result<std::result::Result<Subject, String>> {
    let mut asked = tokio::process::Command::new(python);
    asked.args(["-c", "import boto3"]).stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    match asked.kill_on_drop(true).status().await {
        Ok(status) if status.success() => {}
        Ok(_) => return Ok(Err(format!("{} has no boto3: Python is left out", python.display()))),
        Err(_) => return Ok(Err(format!("{} cannot be run: Python is left out", python.display()))),
    }
    let script = around.scratch.join("put.py");
    std::fs::write(&script, PUT_WITH_BOTO3).map_err(BenchError::file("write", &script))?;
    Ok(Ok(Subject {
        name: BOTO3,
        program: python.to_owned(),
        arguments: vec![script.into()],
        environment: environment(BOTO3, around, &[("FARES_TABLE", "boto3-fares")]),
        workload: Workload::Register,
        has_artefact: false,
        raw: None,
    }))
}

/// What Lambda and the template give every function, and what this one has of its own.
fn environment(name: &str, around: &Surroundings<'_>, own: &[(&str, &str)]) -> Vec<(String, OsString)> {
    let of_all = [
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ("LANG", "en_US.UTF-8"),
        ("TZ", ":UTC"),
        ("_HANDLER", "bootstrap"),
        ("AWS_LAMBDA_FUNCTION_NAME", name),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", name),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/01/01/[$LATEST]8e6a9c10"),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "bench"),
        ("AWS_SECRET_ACCESS_KEY", "bench"),
        ("AWS_SESSION_TOKEN", "bench"),
        ("AWS_ENDPOINT_URL", around.aws_url),
        ("FAULT_TRIGGERS", "disabled"),
        ("LOG_LEVEL", "INFO"),
        ("STACK_NAME", "fare-collection"),
    ];
    let texts = of_all.iter().chain(own).map(|(name, value)| ((*name).to_owned(), OsString::from(value)));
    // rustls and OpenSSL read the first, boto3 the second.
    let trusting = around
        .authorities
        .into_iter()
        .flat_map(|file| ["SSL_CERT_FILE", "AWS_CA_BUNDLE"].map(|name| (name.to_owned(), file.as_os_str().to_owned())));
    texts.chain(trusting).collect()
}

fn found(name: &'static str, path: PathBuf, remedy: &'static str) -> Result<PathBuf> {
    if path.is_file() { Ok(path) } else { Err(BenchError::Missing { name, path, remedy }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around() -> Surroundings<'static> {
        let authorities = Some(Path::new("authorities.pem"));
        Surroundings { aws_url: "https://127.0.0.1:1", authorities, gateway_url: "", scratch: Path::new(".") }
    }

    #[test]
    fn a_program_that_is_not_built_is_named_with_what_builds_it() {
        let error = functions(Path::new("nowhere"), &around()).unwrap_err().to_string();
        assert_eq!(error, "register-fare is not at nowhere/RegisterFareFunction/bootstrap: `make build` builds it");
    }

    #[tokio::test]
    async fn without_python_its_part_is_left_out_with_a_sentence() {
        let left_out = boto3(Path::new("nowhere/python"), &around()).await.unwrap().unwrap_err();
        assert_eq!(left_out, "nowhere/python cannot be run: Python is left out");
    }
}
