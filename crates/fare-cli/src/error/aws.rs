//! Why a call to AWS failed.

use std::fmt::Debug;

use aws_sdk_sfn::error::{ProvideErrorMetadata, SdkError};

/// Why a call to AWS failed, in one type for all services.
pub(crate) struct AwsCause {
    pub(super) kind: AwsCauseKind,
    pub(super) source: Box<dyn std::error::Error + Send + Sync>,
}

pub(super) enum AwsCauseKind {
    NotAllowed,
    NoAnswer,
    NotAws,
    Other,
}

/// The codes with which services turn credentials away, or say that they are not enough.
const NOT_ALLOWED: [&str; 10] = [
    "AccessDenied",
    "AccessDeniedException",
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "UnauthorizedOperation",
    "UnrecognizedClientException",
];

impl<E, R> From<SdkError<E, R>> for AwsCause
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: Debug + Send + Sync + 'static,
{
    fn from(error: SdkError<E, R>) -> Self {
        let kind = match &error {
            SdkError::ServiceError(service) => match service.err().code() {
                Some(code) if NOT_ALLOWED.contains(&code) => AwsCauseKind::NotAllowed,
                Some(_) => AwsCauseKind::Other,
                // Every refusal of AWS has a code; a proxy's has none.
                None => AwsCauseKind::NotAws,
            },
            SdkError::DispatchFailure(_) | SdkError::TimeoutError(_) => AwsCauseKind::NoAnswer,
            SdkError::ResponseError(_) => AwsCauseKind::NotAws,
            SdkError::ConstructionFailure(_) | _ => AwsCauseKind::Other,
        };
        Self { kind, source: Box::new(error) }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use aws_sdk_sfn::error::{ErrorMetadata, SdkError};
    use aws_sdk_sfn::operation::list_state_machines::ListStateMachinesError;

    use crate::clients::Clients;
    use crate::error::Error;

    #[tokio::test]
    async fn where_nobody_answers_the_settings_are_pointed_at() {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let nobody = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let clients = Clients::local(&nobody).await;
        let asked = clients.sfn.list_state_machines().send();
        let error = tokio::time::timeout(Duration::from_secs(60), asked).await.unwrap().unwrap_err();
        let error = Error::aws("ListStateMachines")(error.into());
        assert!(matches!(error, Error::NoAnswer { .. }) && error.in_full().contains("AWS_ENDPOINT_URL"), "{error:?}");
    }

    #[test]
    fn credentials_that_a_service_turns_away_are_told_from_its_other_answers() {
        for (code, turned_away) in [("AccessDeniedException", true), ("ExpiredTokenException", true), ("Odd", false)] {
            let refusal = ListStateMachinesError::generic(ErrorMetadata::builder().code(code).build());
            let error = Error::aws("ListStateMachines")(SdkError::service_error(refusal, ()).into());
            assert_eq!(matches!(error, Error::NotAllowed { .. }), turned_away, "{error:?}");
            assert!(error.in_full().contains(code), "{}", error.in_full());
        }
    }

    #[test]
    fn an_answer_that_is_not_awss_is_told_as_that_and_not_repeated() {
        let refusal = ListStateMachinesError::generic(ErrorMetadata::builder().build());
        let odd = SdkError::<ListStateMachinesError, _>::response_error("<html>4242</html>", ());
        for error in [SdkError::service_error(refusal, ()), odd] {
            let error = Error::aws("ListStateMachines")(error.into());
            assert!(matches!(error, Error::NotAws { .. }) && !error.in_full().contains("4242"), "{error:?}");
        }
    }
}
