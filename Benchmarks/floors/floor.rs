//! The least that a Rust program of the standard library alone can do as this function: no TLS, no
//! signature, since the standard library has neither. See floor.c for the rest.
use std::env;
use std::io::{Read, Result, Write};
use std::net::TcpStream;

/// Sends a request and reads the whole answer; the body starts at the returned index.
fn call(stream: &mut TcpStream, request: &[u8], answer: &mut Vec<u8>) -> Result<usize> {
    stream.write_all(request)?;
    answer.clear();
    let mut piece = [0u8; 65536];
    loop {
        let count = stream.read(&mut piece)?;
        if count == 0 {
            std::process::exit(1);
        }
        answer.extend_from_slice(&piece[..count]);
        if let Some(end) = find(answer, b"\r\n\r\n") {
            let length = header(&answer[..end], "content-length").parse::<usize>().unwrap_or(0);
            if answer.len() >= end + 4 + length {
                return Ok(end + 4);
            }
        }
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    let mut start = 0;
    while let Some(at) = text[start..].iter().position(|byte| *byte == wanted[0]) {
        if text[start + at..].starts_with(wanted) {
            return Some(start + at);
        }
        start += at + 1;
    }
    None
}

fn header<'a>(head: &'a [u8], name: &str) -> &'a str {
    for line in std::str::from_utf8(head).unwrap_or("").split("\r\n") {
        if let Some((key, value)) = line.split_once(':') {
            if key.eq_ignore_ascii_case(name) {
                return value.trim();
            }
        }
    }
    ""
}

fn main() -> Result<()> {
    let api = env::var("AWS_LAMBDA_RUNTIME_API").expect("AWS_LAMBDA_RUNTIME_API");
    let endpoint = env::var("AWS_ENDPOINT_URL_CLOUDFRONT").expect("AWS_ENDPOINT_URL_CLOUDFRONT");
    let host = endpoint.trim_start_matches("http://").to_string();
    let id = env::var("FLOOR_ID").expect("FLOOR_ID");
    let mut bucket = env::var("FLOOR_LIST").ok();
    let mut runtime = TcpStream::connect(&api)?;
    let mut cloudfront: Option<TcpStream> = None;
    let (mut event, mut answer) = (Vec::new(), Vec::new());
    let next = format!("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: {api}\r\n\r\n");
    for made in 0.. {
        let body = call(&mut runtime, next.as_bytes(), &mut event)?;
        let request_id = header(&event[..body - 4], "lambda-runtime-aws-request-id").to_string();
        if cloudfront.is_none() {
            cloudfront = Some(TcpStream::connect(&host)?);
        }
        let stream = cloudfront.as_mut().unwrap();
        if let Some(name) = bucket.take() {
            let mut marker = String::new();
            loop {
                let request = format!(
                    "GET /2020-05-31/distribution?{marker}MaxItems=100 HTTP/1.1\r\nHost: {host}\r\n\r\n");
                call(stream, request.as_bytes(), &mut answer)?;
                let _ = find(&answer, name.as_bytes());
                match find(&answer, b"<NextMarker>") {
                    Some(at) => {
                        let rest = &answer[at + 12..];
                        let end = find(rest, b"<").unwrap_or(0);
                        marker = format!("Marker={}&", String::from_utf8_lossy(&rest[..end]));
                    }
                    None => break,
                }
            }
        }
        let batch = format!(
            "<InvalidationBatch xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\"><Paths>\
             <Quantity>1</Quantity><Items><Path>/*</Path></Items></Paths>\
             <CallerReference>floor-{made}</CallerReference></InvalidationBatch>");
        let request = format!(
            "POST /2020-05-31/distribution/{id}/invalidation HTTP/1.1\r\nHost: {host}\r\n\
             Content-Type: application/xml\r\nContent-Length: {}\r\n\r\n{batch}", batch.len());
        call(stream, request.as_bytes(), &mut answer)?;
        let result = "{\"records\":1}";
        let request = format!(
            "POST /2018-06-01/runtime/invocation/{request_id}/response HTTP/1.1\r\nHost: {api}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{result}", result.len());
        call(&mut runtime, request.as_bytes(), &mut answer)?;
    }
    Ok(())
}
