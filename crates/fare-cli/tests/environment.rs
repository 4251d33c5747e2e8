//! What `fare` says where the environment does not lead to AWS: one line each, and a status of its own.

#![allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

use std::process::Command;

/// The command as somebody runs it who has nothing set but this; its status, and the last line that it wrote.
fn list(environment: &[(&str, &str)]) -> (Option<i32>, String) {
    let mut fare = Command::new(env!("CARGO_BIN_EXE_fare"));
    fare.args(["list", "--stack", "rides"]).env_clear();
    fare.envs([("AWS_CONFIG_FILE", "/dev/null"), ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")]);
    let output = fare.env("AWS_EC2_METADATA_DISABLED", "true").envs(environment.iter().copied()).output().unwrap();
    assert!(output.stdout.is_empty(), "{output:?}");
    let told = String::from_utf8(output.stderr).unwrap();
    let complaints: Vec<_> = told.lines().filter(|line| line.starts_with("fare: ")).collect();
    assert_eq!(complaints.len(), 1, "{told}");
    (output.status.code(), told.lines().last().unwrap().to_owned())
}

const REGION: (&str, &str) = ("AWS_REGION", "eu-west-1");
const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")];

#[test]
fn without_credentials_it_says_which_to_set() {
    for environment in [[REGION, ("HOME", "/")], [REGION, ("AWS_PROFILE", "nobody")]] {
        let (status, told) = list(&environment);
        assert!(status == Some(8) && told.contains("AWS_PROFILE"), "{told}");
    }
}

#[test]
fn without_a_region_or_with_none_that_can_be_it_says_so() {
    for region in ["", "eu west", "eu-west-1/"] {
        let (status, told) = list(&[KEYS[0], KEYS[1], ("AWS_REGION", region)]);
        assert!(status == Some(3) && told.contains("AWS_REGION"), "{told}");
    }
}

#[test]
fn an_address_that_is_none_and_one_at_which_nobody_answers_are_told() {
    for address in ["nonsense", "ftp://127.0.0.1", "http://127.0.0.1:1"] {
        let (status, told) = list(&[KEYS[0], KEYS[1], REGION, ("AWS_ENDPOINT_URL", address)]);
        assert!(status == Some(3) && told.contains("AWS_ENDPOINT_URL"), "{told}");
    }
}

#[test]
fn what_answers_and_is_not_aws_is_told_and_not_repeated() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let _read = std::io::Read::read(&mut stream, &mut request);
            let answer = "HTTP/1.1 200 OK\r\ncontent-length: 19\r\nconnection: close\r\n\r\n<html>secret</html>";
            let _reader_may_be_gone = std::io::Write::write_all(&mut stream, answer.as_bytes());
        }
    });
    let (status, told) = list(&[KEYS[0], KEYS[1], REGION, ("AWS_ENDPOINT_URL", &address)]);
    assert!(status == Some(3) && told.contains("is not AWS") && !told.contains("secret"), "{told}");
}
