//! A connection that ends when it has nothing under way for too long, whatever trickles in, in the middle of a TLS
//! handshake as well; and when its place is needed.

use std::future::{Ready, ready};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready as ready_or_pending};
use std::time::{Duration, Instant};

use axum_server::accept::Accept;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::Sleep;

use super::doors::{Doors, Seat};

/// How often a connection that is at work is looked at again.
const AGAIN: Duration = Duration::from_secs(15);

/// Lets connections in for which there is a place.
#[derive(Debug, Clone)]
pub(super) struct Doorkeeper(pub Arc<Doors>);

impl<S> Accept<TcpStream, S> for Doorkeeper {
    type Stream = Watched<TcpStream>;
    type Service = S;
    type Future = Ready<io::Result<(Self::Stream, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let seated = stream.peer_addr().and_then(|peer| {
            self.0.enter(peer).ok_or_else(|| io::Error::from(io::ErrorKind::ConnectionRefused))
        });
        ready(seated.map(|(seat, end)| (Watched::new(stream, seat, end), service)))
    }
}

/// A connection with its place.
#[derive(Debug)]
pub(super) struct Watched<I> {
    stream: I,
    seat: Seat,
    end: oneshot::Receiver<()>,
    look: Pin<Box<Sleep>>,
    is_over: bool,
}

impl<I> Watched<I> {
    fn new(stream: I, seat: Seat, end: oneshot::Receiver<()>) -> Watched<I> {
        Watched { stream, seat, end, look: Box::pin(tokio::time::sleep(Duration::ZERO)), is_over: false }
    }

    /// Is ready when it has to end.
    fn poll_over(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.is_over {
            return Poll::Ready(());
        }
        if Pin::new(&mut self.end).poll(context).is_ready() {
            self.is_over = true;
            return Poll::Ready(());
        }
        loop {
            ready_or_pending!(self.look.as_mut().poll(context));
            let now = Instant::now();
            let next = self.seat.connection().until().unwrap_or(now + AGAIN);
            if next <= now {
                self.is_over = true;
                return Poll::Ready(());
            }
            self.look.as_mut().reset(next.into());
        }
    }

    fn check(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        match self.poll_over(context) {
            Poll::Ready(()) => Err(io::ErrorKind::TimedOut.into()),
            Poll::Pending => Ok(()),
        }
    }

    fn sent(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(bytes)) = written {
            self.seat.connection().sent(bytes);
        }
        written
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Watched<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Watched<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check(context)?;
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.sent(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check(context)?;
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.sent(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
